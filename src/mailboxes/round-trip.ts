import { randomBytes, randomUUID } from 'node:crypto'
import type { KeyRing } from '../db/key-ring.ts'
import { RemoteFault } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import { pause } from '../lib/pause.ts'
import { domainOf, envelopeAddress } from '../mail/address.ts'
import { agentMailUuid, signLetterdeskRef } from '../mail/letterdesk-ref.ts'
import { newMessageId } from '../mail/new-message-id.ts'
import { writeMail } from '../mail/write-mail.ts'
import type { MailAccount } from './account.ts'
import type { ImapConnection } from './imap-connection.ts'
import type { SmtpConnection } from './smtp-connection.ts'
import { SmtpRefused } from './smtp-reply.ts'

/** `words`: subject and text in the reader's language. `waitMs`: how long the mail may take. */
export type RoundTripNeeds = {
  keys: KeyRing
  clock: Clock
  words: { subject: string; text: string }
  waitMs: number
  signal: AbortSignal
}

/** The mail that was sent: by its mark it is known again, whatever became of the rest. */
export type SentTest = { mark: string; internetMessageId: string; date: Date }

/** What became of it; `arrivedIn` is left out when it did not come in time. */
export type RoundTrip = {
  arrivedIn?: 'inbox' | 'junk'
  keepsMessageId?: boolean
  keepsDate?: boolean
  filesSent?: boolean
  isRemoved: boolean
}

const MARK = 'X-Letterdesk-Ref'
const MARKED = [MARK, 'Message-ID'] as const // some relays take away every X- field
const LOOK_EVERY_MS = 500
const SEND_MS = 60_000

/**
 * Sends the mailbox a mail from itself, marked like a mail of ours to an agent, in its Message-ID as well: it never becomes
 * a ticket, whichever of the two a relay changes.
 *
 * @throws RemoteFault `may-not-send-as`, `connection-timeout` after a minute, and what `nameSmtpFault` names
 */
export async function sendTestMail(
  { account, smtp }: { account: MailAccount; smtp: SmtpConnection },
  { keys, clock, words }: RoundTripNeeds,
): Promise<SentTest> {
  const { address } = account
  const mark = signLetterdeskRef({ messageUuid: agentMailUuid(randomUUID()), key: keys.active('tokens') })
  const internetMessageId = newMessageId({
    random: randomBytes(16),
    token: mark,
    domain: domainOf(address),
  })
  const date = clock.now()
  date.setMilliseconds(0) // a Date field has none
  const bytes = await writeMail({
    ...words,
    html: null,
    from: { name: null, address },
    to: [{ name: null, address }],
    cc: [],
    replyTo: null,
    internetMessageId,
    letterdeskRef: mark,
    inReplyTo: null,
    references: [],
    date,
    headers: { autoSubmitted: 'auto-generated', language: 'en' },
    attachments: [],
  })
  const self = envelopeAddress(address)
  const end = await inTime(smtp.send({ from: self, recipients: [self], bytes }, async () => undefined))
  if (end.end === 'lost') throw end.fault
  if (end.end === 'withheld') throw new RemoteFault('connection-lost', 'not sent', { retry: true })
  if (end.reply.code >= 300)
    throw new SmtpRefused(refusalOf(end.reply.code, end.reply.enhanced, end.reply.text), end)
  return { mark, internetMessageId, date }
}

/** A server that takes the mail and says nothing more must not hold up whoever watches. */
async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>()
  const fault = new RemoteFault('connection-timeout', 'no answer to the mail', { retry: true })
  const timer = setTimeout(() => late.reject(fault), SEND_MS)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** 553 and 5.7.1 at the sender, and Exchange's 5.7.60, say "this is not your address". */
function refusalOf(code: number, enhanced: string | null, text: string): string {
  const isOthers =
    code === 553 || enhanced === '5.7.60' || /send ?as|sender address rejected|not owned/i.test(text)
  return isOthers ? 'may-not-send-as' : 'server-said-no'
}

/**
 * Waits until the test mail is seen in INBOX or Junk, looks what became of its Message-ID and Date and whether a copy
 * lies in Sent, and removes it and the copy: no other mail is touched.
 */
export async function watchTestMail(
  connection: ImapConnection,
  sent: SentTest,
  { clock, waitMs, signal }: Pick<RoundTripNeeds, 'clock' | 'waitMs' | 'signal'>,
): Promise<RoundTrip> {
  const folders = await connection.listFolders()
  const pathOf = (role: 'sent' | 'junk') => folders.find(folder => folder.role === role)?.path
  const places: ['inbox' | 'junk', string][] = [['inbox', 'INBOX']]
  const junk = pathOf('junk')
  if (junk !== undefined) places.push(['junk', junk])
  const untilMs = clock.monotonicMs() + waitMs
  for (;;) {
    for (const [arrivedIn, path] of places) {
      const { uids, head } = await findTestMails(connection, path, sent)
      if (uids.length === 0) continue
      const kept = whatIsKept(head, sent)
      const copies = await copiesIn(connection, pathOf('sent'), sent)
      const removed = await connection.removeMails(path, uids)
      return { arrivedIn, ...kept, filesSent: copies > 0, isRemoved: removed }
    }
    if (clock.monotonicMs() >= untilMs || signal.aborted) return { isRemoved: false }
    await pause(LOOK_EVERY_MS, signal)
  }
}

const mostFound = 3

/**
 * The test mail in a folder, and the head of the newest that bears its mark. Each is looked at: a server that names other mails,
 * as one does that searches no headers, would have us remove those.
 */
async function findTestMails(
  connection: ImapConnection,
  path: string,
  { mark }: SentTest,
): Promise<{ uids: number[]; head: string }> {
  const found = { uids: [] as number[], head: '' }
  for (const field of MARKED) {
    const named = await connection.findByHeader(path, field, mark)
    for await (const { uid, source } of connection.fetchSources(named.slice(-mostFound))) {
      const head = headOf(source)
      if (MARKED.some(marked => fieldOf(head, marked).includes(mark))) {
        found.uids.push(uid)
        found.head = head
      }
    }
    if (found.uids.length > 0) return found
  }
  return found
}

function headOf(source: Buffer): string {
  return (
    source
      .toString('latin1')
      .split('\r\n\r\n')[0]
      ?.replace(/\r\n[ \t]+/g, ' ') ?? ''
  )
}

function fieldOf(head: string, name: string): string {
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''
}

function whatIsKept(head: string, sent: SentTest): Pick<RoundTrip, 'keepsMessageId' | 'keepsDate'> {
  return {
    keepsMessageId: fieldOf(head, 'Message-ID') === `<${sent.internetMessageId}>`,
    keepsDate: Date.parse(fieldOf(head, 'Date')) === sent.date.getTime(),
  }
}

/** How many copies the server filed by itself; they are removed as well. */
async function copiesIn(
  connection: ImapConnection,
  path: string | undefined,
  sent: SentTest,
): Promise<number> {
  if (path === undefined) return 0
  const { uids } = await findTestMails(connection, path, sent)
  if (uids.length > 0) await connection.removeMails(path, uids)
  return uids.length
}
