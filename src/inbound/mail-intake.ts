import { chmod, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { Db } from '../db/database.ts'
import { isOutOfSpace } from '../db/faults.ts'
import type { Bells } from '../db/listen.ts'
import { AppError, describeError } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { addressKey, withoutTag } from '../mail/address.ts'
import { MAX_MAIL_BYTES } from '../mailboxes/imap-client.ts'
import { noteHandedIn } from '../mailboxes/mailbox-state.ts'
import { INTAKE_FOLDER } from '../shared/mailbox-words.ts'
import { LANES } from '../shared/vocabulary.ts'
import { enterMails, openOwnFolder } from './enter-mails.ts'
import { selectConnected } from './filing.queries.ts'

/** Where a mail server of the operator hands mail in: a socket, or a port of this machine. */
export type IntakeDoor = {
  protocol: 'lmtp' | 'smtp'
  at: { path: string } | { host: string; port: number }
}

/** What takes mail in. */
export type IntakeNeeds = {
  db: Db
  blobs: BlobStore
  bells: Pick<Bells, 'ring'>
  clock: Clock
  log: Log
}

/** An open door; `stop` lets deliveries under way end. */
export type MailIntake = { stop: () => Promise<void> }

const maxClients = 20 // each may hold one mail of the largest size
const silenceTimeoutMs = 60_000
const socketMode = 0o660 // the mail server belongs to our group

/**
 * Opens a door through which the operator's own mail server hands mail in by LMTP (RFC 2033) or SMTP. It takes mail for
 * connected mailboxes and their aliases alone, says 250 only when the bytes and their ledger rows are committed, and by
 * LMTP says so for each recipient apart. Nobody signs in: only who is on this machine gets here. Nothing is sent on.
 *
 * @throws AppError `intake-in-use` where another process listens there; the system's error where it cannot be opened
 */
export async function openMailIntake(needs: IntakeNeeds, door: IntakeDoor): Promise<MailIntake> {
  const server = new SMTPServer({
    lmtp: door.protocol === 'lmtp',
    name: 'letterdesk',
    banner: 'letterdesk takes mail in',
    size: MAX_MAIL_BYTES,
    disabledCommands: ['AUTH', 'STARTTLS'],
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    maxClients,
    socketTimeout: silenceTimeoutMs,
    onRcptTo: (address, _session, done) => {
      findMailbox(needs.db, address.address).then(
        mailbox => done(mailbox === undefined ? unknownAddress(address.address) : null),
        error => done(tryLater(needs.log, error)),
      )
    },
    onData: (stream, session, done) => {
      takeIn(needs, stream, session).then(
        answers => done(null, answers),
        error => done(error),
      )
    },
  })
  server.on('error', error => needs.log.debug({ err: describeError(error) }, 'who handed mail in left'))
  await listen(server, door)
  needs.log.info({ protocol: door.protocol, ...door.at }, 'mail may be handed in')
  return { stop: () => new Promise<void>(resolve => server.close(() => resolve())) }
}

/** `lmtp:///run/letterdesk/lmtp.sock`, `smtp://[::1]:2525`: as MAIL_INTAKE has it. */
export function nameIntakeDoor({ protocol, at }: IntakeDoor): string {
  if ('path' in at) return `${protocol}://${at.path}`
  return `${protocol}://${at.host.includes(':') ? `[${at.host}]` : at.host}:${at.port}`
}

type Answer = string | Refusal

/** One answer for each recipient, in their order; by SMTP a single fault is the answer for all. */
async function takeIn(
  needs: IntakeNeeds,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<Answer[]> {
  const { rcptTo, mailFrom } = session.envelope
  const bytes = await readBytes(stream)
  if (bytes === undefined) throw new Refusal(552, '5.3.4 the mail is larger than this desk takes')
  const sender = mailFrom === false ? '' : mailFrom.address
  const recipients = rcptTo.map(({ address }) => address)
  const answers = await enterForEach(needs, { sender, bytes }, recipients)
  const refused = answers.find(answer => answer instanceof Refusal)
  if (session.transmissionType !== 'LMTP' && refused instanceof Refusal) throw refused
  return answers
}

/** Undefined for a mail beyond the limit; it is read to its end all the same, as the answer comes after the final dot. */
async function readBytes(stream: SMTPServerDataStream): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) {
    if (stream.sizeExceeded) chunks.length = 0
    else chunks.push(chunk as Buffer)
  }
  return stream.sizeExceeded ? undefined : Buffer.concat(chunks)
}

/** Once for each mailbox, whichever of its addresses are named. */
async function enterForEach(
  needs: IntakeNeeds,
  mail: Pick<TakenMail, 'sender' | 'bytes'>,
  addresses: readonly string[],
): Promise<Answer[]> {
  const found = await Promise.all(
    addresses.map(async address => {
      const mailbox = await findMailbox(needs.db, address).catch(error => tryLater(needs.log, error))
      return { address, mailbox: mailbox ?? unknownAddress(address) }
    }),
  )
  const answers = new Map<number, Answer>()
  for (const mailboxId of new Set(found.map(({ mailbox }) => mailbox))) {
    if (mailboxId instanceof Refusal) continue
    const recipients = found.filter(({ mailbox }) => mailbox === mailboxId).map(({ address }) => address)
    answers.set(mailboxId, await enter(needs, { ...mail, mailboxId, recipients }))
  }
  return found.map(({ address, mailbox }) =>
    mailbox instanceof Refusal ? mailbox : (answers.get(mailbox) ?? unknownAddress(address)),
  )
}

type TakenMail = { sender: string; bytes: Buffer; mailboxId: number; recipients: readonly string[] }

/** The bytes with what the last server of a mail's way writes above it (RFC 5321 §4.4). */
async function enter(needs: IntakeNeeds, mail: TakenMail): Promise<Answer> {
  const { mailboxId, sender, recipients, bytes } = mail
  try {
    const folder = await openOwnFolder(needs.db, { mailboxId, path: INTAKE_FOLDER, role: 'other' })
    const trace = [`Return-Path: <${sender}>`, ...recipients.map(address => `Delivered-To: ${address}`)]
    const source = Buffer.concat([Buffer.from(`${trace.join('\r\n')}\r\n`), bytes])
    await enterMails(needs, folder, [{ source, receivedAt: needs.clock.now(), lane: LANES.live }])
    needs.bells.ring('ledger')
    await noteHandedIn(needs.db, mailboxId)
    return '2.1.5 kept'
  } catch (error) {
    return tryLater(needs.log, error)
  }
}

/** By the whole address, else without what stands behind its plus: the reply token, or a word of the customer's. */
async function findMailbox(db: Db, address: string): Promise<number | undefined> {
  const key = addressKey(address)
  const bare = withoutTag(key)
  const connected = (await selectConnected(db)).filter(({ kind }) => kind !== 'practice')
  const mailboxes = connected.map(({ id, addresses }) => ({ id, keys: new Set(addresses.map(addressKey)) }))
  return (mailboxes.find(({ keys }) => keys.has(key)) ?? mailboxes.find(({ keys }) => keys.has(bare)))?.id
}

/** smtp-server says `responseCode` and the message as the reply. */
class Refusal extends Error {
  readonly responseCode: number

  constructor(responseCode: number, text: string) {
    super(text)
    this.responseCode = responseCode
  }
}

function unknownAddress(address: string): Refusal {
  return new Refusal(550, `5.1.1 <${address.slice(0, 200)}> is no address of a mailbox of this desk`)
}

/** The disk is full, or the database or its disk is away: the mail server keeps the mail and comes back. */
function tryLater(log: Log, error: unknown): Refusal {
  log.warn({ err: describeError(error) }, 'mail that is handed in cannot be kept now')
  return isOutOfSpace(error)
    ? new Refusal(452, '4.3.1 no room to keep it')
    : new Refusal(451, '4.3.0 it cannot be kept now, try again')
}

async function listen(server: SMTPServer, { at }: IntakeDoor): Promise<void> {
  const isSocket = 'path' in at
  if (isSocket) await clearSocket(at.path)
  const opened = Promise.withResolvers<void>()
  const refuse = (error: Error & { code?: string }) =>
    opened.reject(error.code === 'EADDRINUSE' ? inUse(placeOf(at), error) : error)
  server.once('error', refuse)
  const onOpen = () => opened.resolve()
  if (isSocket) server.listen(at.path, onOpen)
  else server.listen(at.port, at.host, onOpen)
  await opened.promise
  server.off('error', refuse)
  if (isSocket) await chmod(at.path, socketMode)
}

/** A socket that nobody answers at is left over from a process that was killed. */
async function clearSocket(path: string): Promise<void> {
  const found = await new Promise<'answered' | 'left-over' | 'none'>(resolve => {
    const socket = connect(path)
    socket.on('connect', () => resolve('answered'))
    socket.on('error', (error: Error & { code?: string }) =>
      resolve(error.code === 'ECONNREFUSED' ? 'left-over' : 'none'),
    )
    socket.on('connect', () => socket.destroy())
  })
  if (found === 'answered') throw inUse(path)
  if (found === 'left-over') await rm(path, { force: true })
}

function placeOf(at: IntakeDoor['at']): string {
  return 'path' in at ? at.path : `${at.host}:${at.port}`
}

function inUse(place: string, cause?: unknown): AppError {
  return new AppError(
    'intake-in-use',
    `MAIL_INTAKE: another process listens on ${place}: stop it, or name another place`,
    { place },
    { cause },
  )
}
