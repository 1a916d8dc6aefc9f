import type { Socket } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import type { Certificate } from './certificates.ts'

/** A mail of the store. Its labels are as X-GM-LABELS names them, those of people without a backslash. */
export type GmailMail = {
  /** X-GM-MSGID. */
  id: string
  raw: () => Buffer
  sizeBytes: number
  receivedAt: Date
  labels: Set<string>
  isSeen: boolean
}

/**
 * An IMAP server as Gmail is one: one store, folders that are labels, X-GM-EXT-1, and a limit of bandwidth. With `objectid`
 * it tells its ids by EMAILID and MAILBOXID (RFC 8474) and nothing of labels: a mail is then in whatever folders it is in.
 */
export type GmailServer = {
  port: number
  /** Every command line, without its tag. */
  heard: string[]
  /** Which connection polled last, counted from 1: another one watches anew. */
  poller: () => number
  /** How many bytes of whole mails were asked for so far. */
  bodyBytes: () => number
  /** Folders it lists and lets nobody into. */
  closed: Set<string>
  /** Beyond so many, whole mails are refused in Gmail's words. */
  limitBytes: number
  deliver: (raw: Buffer, labels: readonly string[], options?: { receivedAt?: Date }) => GmailMail
  /** Puts in many mails whose bytes are made as they are asked for. */
  fill: (count: number, make: (n: number) => Omit<GmailMail, 'id' | 'labels' | 'isSeen'>) => void
  /** What a person does in Gmail: the mail is in the folder of a new label under a new UID. */
  relabel: (mail: GmailMail, change: { add?: string; remove?: string }) => void
  /** Gives a folder of people's another name, just after somebody was told how many mails it has; it stays the same one. */
  rename: (path: string, to: string) => void
  close: () => Promise<void>
}

type Folder = {
  path: string
  use: string
  label: string | null
  /** MAILBOXID. */
  key: string
  uids: Map<number, GmailMail>
  next: number
}

type Session = { id: number; open: Folder | undefined }

type Renaming = { path: string; to: string }

type Ids = 'gmail' | 'objectid'

const ALL = '[Gmail]/All Mail'

/** Listens on a free port of 127.0.0.1 by TLS. Any password is right. @param people folders of people's labels */
export async function startGmail(
  certificate: Certificate,
  people: readonly string[] = [],
  { ids = 'gmail' }: { ids?: Ids } = {},
): Promise<GmailServer> {
  const folders = makeFolders(people)
  const sockets = new Set<Socket>()
  const renaming: Renaming = { path: '', to: '' }
  let count = 0
  let bodyBytes = 0
  let connections = 0
  let poller = 0
  const server = createServer({ cert: certificate.cert, key: certificate.key }, socket => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    converse(socket)
  })
  const place = (mail: GmailMail): void => placeIn(folders, mail)
  const gmail: GmailServer = {
    port: 0,
    heard: [],
    closed: new Set(),
    poller: () => poller,
    bodyBytes: () => bodyBytes,
    limitBytes: Number.POSITIVE_INFINITY,
    deliver: (raw, labels, { receivedAt } = {}) => {
      const mail = {
        id: idOf(count++),
        raw: () => raw,
        sizeBytes: raw.length,
        receivedAt: receivedAt ?? new Date(),
        labels: new Set(labels),
        isSeen: false,
      }
      place(mail)
      return mail
    },
    fill: (many, make) => {
      const inbox = folders.filter(({ path }) => path === 'INBOX' || path === ALL)
      for (let n = 0; n < many; n += 1) {
        const mail = { ...make(n), id: idOf(count++), labels: new Set(['\\Inbox']), isSeen: false }
        for (const folder of inbox) folder.uids.set(folder.next++, mail)
      }
    },
    relabel: (mail, { add, remove }) => {
      if (add !== undefined) mail.labels.add(add)
      if (remove !== undefined) mail.labels.delete(remove)
      place(mail)
    },
    rename: (path, to) => {
      Object.assign(renaming, { path, to })
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>(closed => server.close(() => closed()))
    },
  }
  function converse(socket: TLSSocket): void {
    connections += 1
    const session: Session = { id: connections, open: undefined }
    const extension = ids === 'gmail' ? 'X-GM-EXT-1' : 'OBJECTID'
    socket.write(`* OK [CAPABILITY IMAP4rev1 ${extension} SPECIAL-USE MOVE UIDPLUS] ready\r\n`)
    onLines(socket, line => {
      if (line.endsWith(' NOOP')) poller = session.id
      respond(socket, session, line)
      if (line.includes(` STATUS ${renaming.path} `)) renameNow(folders, renaming)
    })
  }
  function respond(socket: TLSSocket, session: Session, line: string): void {
    const [tag = '', ...words] = line.split(' ')
    const command = words.join(' ')
    gmail.heard.push(command)
    const [, quoted, bare] = NAMED.exec(command) ?? []
    const named = folders.find(({ path }) => path === (quoted ?? bare))
    const fault = refusal(command, session.open, named)
    if (OPENS.test(command)) session.open = fault === null ? named : undefined
    const asked = { folders, command, open: session.open, named, ids }
    const pieces = fault === null ? [...changed(asked, place), ...answer(asked)] : []
    for (const piece of pieces) socket.write(piece)
    socket.write(`${tag} ${fault ?? 'OK Success'}\r\n`)
  }
  function refusal(command: string, open: Folder | undefined, named: Folder | undefined): string | null {
    if (NAMED.test(command) && named === undefined) return 'NO [NONEXISTENT] Unknown Mailbox'
    if (OPENS.test(command) && gmail.closed.has(named?.path ?? '')) return 'NO [NOPERM] Access denied'
    if (open === undefined || !command.includes('BODY.PEEK[]')) return null
    bodyBytes += mailsIn(open, command).reduce((sum, { mail }) => sum + mail.sizeBytes, 0)
    return bodyBytes > gmail.limitBytes
      ? 'NO [OVERQUOTA] Account exceeded command or bandwidth limits.'
      : null
  }
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  gmail.port = typeof address === 'object' && address !== null ? address.port : 0
  return gmail
}

/** Puts a mail into the folders of its labels, under a new UID in each, and takes it out of the others. */
function placeIn(folders: readonly Folder[], mail: GmailMail): void {
  for (const folder of folders) {
    const isIn = isInFolder(folder, mail)
    const uid = [...folder.uids].findLast(([, one]) => one === mail)?.[0]
    if (isIn && uid === undefined) folder.uids.set(folder.next++, mail)
    if (!isIn && uid !== undefined) folder.uids.delete(uid)
  }
}

function renameNow(folders: readonly Folder[], renaming: Renaming): void {
  const folder = folders.find(({ path }) => path === renaming.path)
  if (folder !== undefined) folder.path = renaming.to
  renaming.path = ''
}

const OPENS = /^(?:EXAMINE|SELECT) /i
/** A command with the folder it names. */
const NAMED = /^(?:EXAMINE|SELECT|STATUS|UID (?:MOVE|COPY) \S+) (?:"([^"]+)"|(\S+))/i

const idOf = (n: number): string => String(1_278_455_344_230_334_865n + BigInt(n))

function makeFolders(people: readonly string[]): Folder[] {
  const of = (path: string, use: string, label: string | null): Folder => ({
    path,
    use,
    label,
    key: `F${path.length}-${path.replaceAll(/[^A-Za-z]/g, '')}`,
    uids: new Map(),
    next: 1,
  })
  return [
    of('INBOX', '', '\\Inbox'),
    of(ALL, '\\All', null),
    of('[Gmail]/Important', '\\Important', '\\Important'),
    of('[Gmail]/Drafts', '\\Drafts', '\\Draft'),
    of('[Gmail]/Sent Mail', '\\Sent', '\\Sent'),
    of('[Gmail]/Spam', '\\Junk', '\\Spam'),
    of('[Gmail]/Trash', '\\Trash', '\\Trash'),
    ...people.map(name => of(name, '', name)),
  ]
}

/** Spam and Trash are in no other folder. */
function isInFolder({ label }: Folder, { labels }: GmailMail): boolean {
  const isAway = labels.has('\\Spam') || labels.has('\\Trash')
  if (label === null) return !isAway
  return labels.has(label) && (!isAway || label === '\\Spam' || label === '\\Trash')
}

function onLines(socket: Socket, take: (line: string) => void): void {
  let pending = ''
  socket.on('data', chunk => {
    pending += chunk.toString('latin1')
    for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
      const line = pending.slice(0, end)
      pending = pending.slice(end + 2)
      take(line)
    }
  })
}

type Asked = {
  folders: readonly Folder[]
  command: string
  open: Folder | undefined
  named: Folder | undefined
  ids: Ids
}

type Deed = (mail: GmailMail, open: Folder, words: readonly string[]) => void

/** What commands of somebody who opened a folder for changes do to a mail; a folder they name becomes its label. */
const DEEDS: readonly [RegExp, Deed][] = [
  [
    /^UID STORE \S+ \+FLAGS/,
    (mail, _, words) => {
      mail.isSeen ||= words.includes('\\Seen')
    },
  ],
  [
    /^UID STORE \S+ -X-GM-LABELS/,
    (mail, _, words) => {
      for (const label of words) mail.labels.delete(label)
    },
  ],
  [
    /^UID MOVE /,
    (mail, { label }) => {
      mail.labels.delete(label ?? '')
    },
  ],
  [/^UID COPY /, () => undefined],
]

function* changed({ command, open, named }: Asked, place: (mail: GmailMail) => void): Generator<string> {
  const [, deed] = DEEDS.find(([like]) => like.test(command)) ?? []
  if (open === undefined || deed === undefined) return
  const words = /\(([^)]*)\)$/.exec(command)?.[1]?.split(' ') ?? []
  const meant = mailsIn(open, command)
  for (const { mail } of meant) {
    deed(mail, open, words)
    if (named?.label) mail.labels.add(named.label)
    place(mail)
  }
  const gone = meant.filter(({ uid }) => !open.uids.has(uid))
  for (const { seq } of gone.reverse()) yield `* ${seq} EXPUNGE\r\n`
}

function* answer({ folders, command, open, named, ids }: Asked): Generator<string | Buffer> {
  const word = /^(?:UID )?\w+/.exec(command)?.[0]?.toUpperCase()
  if (command.endsWith('"" ""')) yield '* LIST (\\Noselect) "/" ""\r\n'
  else if (word === 'LIST') {
    for (const { path, use } of folders) yield `* LIST (${use || '\\HasNoChildren'}) "/" "${path}"\r\n`
  }
  if (named !== undefined) yield* described(named, word)
  if (open === undefined) return
  if (word === 'NOOP') yield `* ${open.uids.size} EXISTS\r\n`
  if (word === 'UID SEARCH') yield found(open, command)
  if (word === 'UID FETCH') yield* fetched(open, command, ids)
}

function* described({ path, key, uids, next }: Folder, word: string | undefined): Generator<string> {
  if (word === 'EXAMINE' || word === 'SELECT')
    yield `* ${uids.size} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT ${next}] ok\r\n* OK [MAILBOXID (${key})] ok\r\n`
  if (word === 'STATUS') yield `* STATUS "${path}" (MESSAGES ${uids.size} UIDNEXT ${next} UIDVALIDITY 7)\r\n`
}

function found({ uids }: Folder, command: string): string {
  const set = /UID ([\d:,*]+)$/.exec(command)?.[1] ?? '1:*'
  const day = /SINCE (\S+)/i.exec(command)?.[1]
  const since = day === undefined ? new Date(0) : new Date(`${day} UTC`)
  const isIn = matcher(set)
  const shown: number[] = []
  for (const [uid, { receivedAt }] of uids) if (isIn(uid) && receivedAt >= since) shown.push(uid)
  return `* SEARCH ${shown.join(' ')}\r\n`
}

function* fetched(open: Folder, command: string, ids: Ids): Generator<string | Buffer> {
  for (const { seq, uid, mail } of mailsIn(open, command)) {
    const labels = [...mail.labels].filter(label => label !== open.label)
    const [day, time] = mail.receivedAt.toISOString().split('T')
    const [year, month, date] = (day ?? '').split('-')
    const items = [
      `UID ${uid} RFC822.SIZE ${mail.sizeBytes} ${ids === 'gmail' ? `X-GM-MSGID ${mail.id}` : `EMAILID (M${mail.id})`}`,
      `INTERNALDATE "${date}-${MONTHS[Number(month) - 1]}-${year} ${time?.slice(0, 8)} +0000"`,
      `X-GM-LABELS (${labels.map(label => `"${label.replace('\\', '\\\\')}"`).join(' ')})`,
    ].filter(item => command.includes(item.split(' ')[0] ?? ''))
    yield `* ${seq} FETCH (${items.join(' ')}`
    if (command.includes('BODY.PEEK[]')) {
      const raw = mail.raw()
      yield ` BODY[] {${raw.length}}\r\n`
      yield raw
    }
    yield ')\r\n'
  }
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

function mailsIn({ uids }: Folder, command: string): { seq: number; uid: number; mail: GmailMail }[] {
  const isIn = matcher(command.split(' ')[2] ?? '')
  const found: { seq: number; uid: number; mail: GmailMail }[] = []
  let seq = 0
  for (const [uid, mail] of uids) {
    seq += 1
    if (isIn(uid)) found.push({ seq, uid, mail })
  }
  return found
}

/** A look-up for a sequence set (RFC 3501 §9), read once for any number of UIDs. */
function matcher(set: string): (uid: number) => boolean {
  const runs = set.split(',').map(part => {
    const [first = '0', last = first] = part.split(':')
    return { first: Number(first), last: last === '*' ? Number.POSITIVE_INFINITY : Number(last) }
  })
  return uid => runs.some(({ first, last }) => uid >= first && uid <= last)
}
