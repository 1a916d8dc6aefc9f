import { spendAttempt } from '../agents/attempts.ts'
import { getAgent } from '../agents/get-agent.ts'
import type { Db } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { AppError } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Templates } from '../lib/templates.ts'
import { loadAccount, type PracticeServers } from '../mailboxes/account.ts'
import type { Trust } from '../mailboxes/host-guard.ts'
import { TEMPLATE_VARIABLES } from '../shared/template-variables.ts'
import { checkTemplate } from './own-template.ts'
import { type PreviewWish, writePreview } from './preview-template.ts'
import { sendToAgent } from './send-to-agent.ts'

/** What sending a test mail works with. */
export type TestMailContext = {
  db: Db
  keys: KeyRing
  templates: Templates
  clock: Clock
  trust: Trust
  practice: () => PracticeServers | null
}

/**
 * Sends what a preview shows to the agent's own address, through the mailbox itself: how it looks in a real mail
 * program. It belongs to no ticket. 20 an hour.
 *
 * @returns the address
 * @throws AppError `bad-template`, `too-many-attempts`, `no-practice-server`; RemoteFault of the mail server
 */
export async function mailTemplateTest(context: TestMailContext, wish: PreviewWish): Promise<string> {
  const { db, keys } = context
  const problems = checkTemplate(wish.name, wish.content)
  if (problems.length > 0) {
    const known = TEMPLATE_VARIABLES[wish.name].map(variable => variable.name)
    throw new AppError('bad-template', 'the template cannot be tested as it is', { problems, known })
  }
  const { mail } = await writePreview(context, wish)
  const agent = await getAgent(db, wish.agentId)
  await spendAttempt(db, [{ key: `template-test|${wish.agentId}`, limit: 20, windowMinutes: 60 }])
  const account = await loadAccount({ db, keys, practice: context.practice() }, wish.mailboxId)
  const to = { name: agent.name, address: agent.email }
  await sendToAgent(context, account, { ...mail, to, language: wish.language })
  return agent.email
}
