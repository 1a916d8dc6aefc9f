import { cleanLine } from '../mail/clean-line.ts'
import type { MailAgentContext } from '../outbound/mail-agent.ts'
import { sendOnce } from '../outbound/send-once.ts'
import { writeAgentMail } from '../outbound/write-agent-mail.ts'
import type { AlertTrouble } from '../shared/health-words.ts'
import type { Language } from '../shared/vocabulary.ts'
import { type AlertRow, deleteNotice, findAdmin, findAlert, insertNotice, wasTold } from './alerts.queries.ts'
import { postToWebhook } from './post-to-webhook.ts'
import { openWebhook } from './webhook.ts'

/** `what`: `opened`, `stage-3` or `healed`. `agentId` null: the webhook. */
export type Telling = { alertId: number; what: string; agentId: number | null }

const nameChars = 100
const dayMs = 86_400_000

/**
 * Tells one reader of an alert, at most once: an admin by mail, through another mailbox than the one that is in trouble
 * where there is one, or whoever listens behind the webhook. What is over before it could be told is not told, and that
 * it is over only to those who were told of it.
 *
 * @throws RemoteFault where nothing took it: the job tries again
 */
export async function tellAlert(context: MailAgentContext, telling: Telling): Promise<void> {
  const { db, log } = context
  const { alertId, what, agentId } = telling
  const reader = agentId === null ? 'webhook' : `agent-${agentId}`
  const alert = await findAlert(db, alertId)
  if (alert === undefined) return
  const isOver = alert.closedAt !== null
  if (isOver !== (what === 'healed')) return log.info({ alertId, what }, 'alert over before it was told')
  if (isOver && !(await wasTold(db, alertId, reader))) return
  if (isOver && alert.trouble === 'expiry') return // whoever renewed it knows
  const notice = { alertId, what, reader }
  if (agentId === null) await postAlert(context, alert, notice)
  else await mailAlert(context, alert, { ...notice, agentId })
}

type Notice = { alertId: number; what: string; reader: string }

async function mailAlert(
  context: MailAgentContext,
  alert: AlertRow,
  { agentId, ...notice }: Notice & { agentId: number },
): Promise<void> {
  const { db, log, templates } = context
  const admin = await findAdmin(db, agentId)
  if (admin === undefined) return
  const template = notice.what === 'healed' ? 'health-healed' : 'health-alert'
  const values = { name: admin.name, ...valuesOf(context, alert, admin.language) }
  const mail = writeAgentMail(templates, template, admin, values)
  const claim = { take: () => insertNotice(db, notice), giveBack: () => deleteNotice(db, notice) }
  const { through, why } = await sendOnce(context, mail, claim, id => id !== alert.mailboxId)
  log.info({ ...notice, mailboxId: through, why }, 'admin told of an alert')
}

async function postAlert(context: MailAgentContext, alert: AlertRow, notice: Notice): Promise<void> {
  const { db, keys, trust } = context
  const url = await openWebhook({ db, keys })
  if (url === null) return
  const words = valuesOf(context, alert, 'en')
  const state = notice.what === 'healed' ? 'healed' : 'open'
  await postToWebhook(trust, url, {
    text: state === 'open' ? `${words.about}: ${words.what}\n${words.link}` : `${words.about}: well again`,
    state,
    alertId: alert.id,
    trouble: alert.trouble,
    code: alert.code,
    mailboxId: alert.mailboxId,
    beganAt: alert.beganAt.toISOString(),
    endsAt: alert.endsAt?.toISOString() ?? null,
  })
  await insertNotice(db, notice)
}

/** Names are an admin's own words, one line each; no word of a customer or of a server is in it. */
function valuesOf({ templates, baseUrl, clock }: MailAgentContext, alert: AlertRow, language: Language) {
  const about = cleanLine(alert.name, nameChars)
  const daysLeft =
    alert.endsAt === null ? 0 : Math.ceil((alert.endsAt.getTime() - clock.now().getTime()) / dayMs)
  const item = {
    about,
    days: String(Math.max(0, daysLeft)),
    records: recordsOf(alert),
    ...flagsOf(alert.trouble),
  }
  return {
    about,
    what: templates.render('health-item', 'text', language, item).trim(),
    link: `${baseUrl}/settings/health`,
  }
}

/** The kinds of record of a domain that are wrong, as `SPF, DMARC`. */
function recordsOf({ trouble, code }: AlertRow): string {
  return trouble === 'domain' ? (code ?? '').toUpperCase().split(' ').join(', ') : ''
}

/** The condition of the template that is for this trouble. */
function flagsOf(trouble: AlertTrouble) {
  return {
    isSignIn: trouble === 'sign-in',
    isFetching: trouble === 'fetching',
    isFolder: trouble === 'folder',
    isIntake: trouble === 'intake',
    isSending: trouble === 'sending' || trouble === 'outbox-stuck',
    isLedger: trouble === 'ledger',
    isUnfiled: trouble === 'unfiled',
    isCanary: trouble === 'canary',
    isQuota: trouble === 'quota',
    isDomain: trouble === 'domain',
    isDisk: trouble === 'disk',
    isExpiry: trouble === 'expiry',
  }
}
