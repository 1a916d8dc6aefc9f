import type { Caller } from '../agents/can.ts'
import { isSetUp } from '../agents/first-owner.ts'
import { linkPath } from '../agents/links.ts'
import { inviteAgent } from '../agents/manage-agents.ts'
import { acceptLink } from '../agents/use-link.ts'
import { compileValidator } from '../api/validation.ts'
import type { Environment } from '../config.ts'
import { inTransaction, type Tx } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { AppError } from '../lib/app-error.ts'
import { inviteAgent as invitation } from '../shared/agents.ts'
import type { BodyOf } from '../shared/define-route.ts'
import { useLink as linkUse } from '../shared/session.ts'
import { runOnTables } from './run-on-tables.ts'

/** What the command line gives: `--email=`, `--name=`, `--role=` and so on by name, a switch with ''. */
export type CommandOptions = ReadonlyMap<string, string>

// Whoever may read the keys of this desk may do what its owner may.
const asOwner: Caller = { agentId: 0, role: 'owner', mailboxIds: 'all' }

/**
 * `letterdesk create-agent`: adds an agent without a browser, by the rules of the API; the first one has
 * to be an owner. With `--password-stdin` they can sign in at once with the first line of standard input
 * as password; without it their one-time link (72 hours) is printed. Mailboxes are given to agents later;
 * owners and admins reach all.
 *
 * @param readInput the whole of standard input
 * @returns the exit code
 * @throws AppError `bad-option`, `owner-first`, `email-taken`
 */
export async function createAgent(
  options: CommandOptions,
  env: Environment,
  readInput: () => Promise<string>,
): Promise<number> {
  const invitee = readInvitee(options)
  const use = options.has('--password-stdin') ? readUse(await readInput()) : null
  return await runOnTables(env, async ({ db, keys, config, log }) => {
    const token = await inTransaction(db, tx => addAgent(tx, keys, { invitee, use }))
    log.info({ role: invitee.role }, 'agent created')
    if (use === null) console.log(config.baseUrl + linkPath('invitation', token))
    return 0
  })
}

async function addAgent(
  tx: Tx,
  keys: KeyRing,
  wish: { invitee: BodyOf<typeof invitation>; use: BodyOf<typeof linkUse> | null },
): Promise<string> {
  const { invitee, use } = wish
  if (invitee.role !== 'owner' && !(await isSetUp(tx))) {
    throw new AppError('owner-first', 'the first agent has to be an owner: --role=owner')
  }
  const { link } = await inviteAgent(tx, keys, asOwner, invitee)
  if (use !== null) await acceptLink(tx, keys, link.token, use)
  return link.token
}

function readInvitee(options: CommandOptions): BodyOf<typeof invitation> {
  const email = options.get('--email') ?? ''
  const given = {
    email,
    name: options.get('--name') ?? email.split('@')[0],
    role: options.get('--role') ?? 'agent',
    language: options.get('--language') ?? 'en',
    mailboxIds: [],
  }
  return checked(invitation.body, given) as BodyOf<typeof invitation>
}

function readUse(input: string): BodyOf<typeof linkUse> {
  const [password = ''] = input.split(/\r?\n/)
  return checked(linkUse.body, { password }) as BodyOf<typeof linkUse>
}

/** The rules of the API's own bodies. The problem names the option and never repeats its value. */
function checked(schema: typeof invitation.body | typeof linkUse.body, given: object): unknown {
  const result = compileValidator({ schema, httpPart: 'body', method: 'POST', url: '' })(given)
  if (typeof result === 'object' && 'value' in result) return result.value
  const error = typeof result === 'object' && 'error' in result ? result.error : undefined
  const problem = error instanceof Error ? error.message : 'is not valid'
  throw new AppError('bad-option', `create-agent: ${problem.replace(/^body\/?/, '--')}`)
}
