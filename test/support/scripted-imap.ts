import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Certificate } from './certificates.ts'

/** How the scripted server treats one mail when its bytes are asked for. */
export type MailScript = {
  raw: Buffer
  /** What RFC822.SIZE says, if not the truth. */
  sizeBytes?: number
  fault?:
    | 'left-out'
    | 'hangs-up'
    | 'endless'
    | 'nil'
    | 'no-facts'
    | 'vanishes'
    | 'unreadable'
    | 'stalls'
    | 'no-uid'
}

/** How the server treats a whole connection or a command; a test may change it while the server runs. */
export type Manners = {
  /** Says nothing to a new connection, or its greeting one byte a second. */
  greets?: 'never' | 'dripping'
  /** These commands get no answer at all, or one under a tag nobody used. */
  ignores?: RegExp
  misaddresses?: RegExp
  /** These commands are refused, in these words. */
  refuses?: { commands: RegExp; words: string }
  /** These commands get an endless line, or endless lines, and no end. */
  babbles?: { commands: RegExp; as: 'line' | 'lines' }
  /** These commands get a goodbye and the end of the connection. */
  leavesAt?: RegExp
  /** With the answer to these commands a mail comes in, once. */
  deliversAt?: { commands: RegExp; mail: [uid: number, script: MailScript] }
  /** Tells of a mail more or less after each answer. */
  fidgets?: boolean
  capabilities?: string
  /** What it answers to a search for ranges (ESEARCH, RFC 4731) in place of numbers. */
  ranges?: string
}

/** An IMAP server of a few commands without TLS, for what no real server does on request. */
export type ScriptedImap = {
  port: number
  /** Every command line, without its tag. */
  heard: string[]
  mails: Map<number, MailScript>
  manners: Manners
  close: () => Promise<void>
}

/** Listens on a free port of 127.0.0.1: with a certificate by TLS, else reached through a practice endpoint only. */
export async function startScriptedImap(
  mails: ReadonlyMap<number, MailScript>,
  options: { manners?: Manners; certificate?: Certificate } = {},
): Promise<ScriptedImap> {
  const state: State = { mails: new Map(mails), heard: [], manners: options.manners ?? {} }
  const sockets = new Set<Socket>()
  const serve = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    greet(socket, state.manners)
    let pending = ''
    socket.on('data', chunk => {
      pending += chunk.toString('latin1')
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        answer(state, socket, pending.slice(0, end))
        pending = pending.slice(end + 2)
      }
    })
  }
  const { certificate } = options
  const server: Server =
    certificate === undefined
      ? createServer(serve)
      : createTlsServer({ cert: certificate.cert, key: certificate.key }, serve)
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  return Object.assign(state, {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>(closed => server.close(() => closed()))
    },
  })
}

type State = { mails: Map<number, MailScript>; heard: string[]; manners: Manners }

function greet(socket: Socket, { greets, capabilities }: Manners): void {
  const greeting = `* OK [CAPABILITY ${capabilities ?? 'IMAP4rev1'}] ready\r\n`
  if (greets === 'never') return
  if (greets === undefined) {
    socket.write(greeting)
    return
  }
  let at = 0
  const timer = setInterval(() => socket.write(greeting.charAt(at++)), 1_000)
  socket.on('close', () => clearInterval(timer))
}

/** @returns whether the command was dealt with by bad manners */
function isRude({ manners }: State, socket: Socket, tag: string, command: string): boolean {
  if (manners.ignores?.test(command)) return true
  if (manners.leavesAt?.test(command)) {
    socket.write('* BYE the server is being restarted\r\n')
    socket.destroySoon()
    return true
  }
  if (manners.misaddresses?.test(command)) socket.write(`other1 OK done\r\n`)
  else if (manners.refuses?.commands.test(command)) socket.write(`${tag} ${manners.refuses.words}\r\n`)
  else if (manners.babbles?.commands.test(command)) babble(socket, manners.babbles.as)
  else return false
  return true
}

const babbledAtOnce = 1_048_576
const mostBabbled = 700 * babbledAtOnce

/** As much as the other side takes, up to 700 MB. */
function babble(socket: Socket, as: 'line' | 'lines'): void {
  const piece =
    as === 'line'
      ? Buffer.alloc(babbledAtOnce, 'x')
      : Buffer.from('* 1 FETCH (FLAGS (\\Seen))\r\n'.repeat(36_000))
  let sent = 0
  const more = (): void => {
    while (sent < mostBabbled) {
      sent += piece.length
      if (!socket.write(piece)) return
    }
  }
  socket.write(as === 'line' ? '* SEARCH ' : '')
  socket.on('drain', more)
  more()
}

function answer(state: State, socket: Socket, line: string): void {
  const [tag = '', ...words] = line.split(' ')
  const command = words.join(' ')
  state.heard.push(command)
  if (isRude(state, socket, tag, command)) return
  answerWell(state, socket, tag, command)
  if (state.manners.fidgets) socket.write(`* ${state.mails.size + (state.heard.length % 2)} EXISTS\r\n`)
}

/** Told between what was found and the end of the answer, as a server may do whenever it says something. */
function deliver(state: State, socket: Socket, command: string): void {
  const { deliversAt } = state.manners
  if (deliversAt?.commands.test(command) !== true) return
  delete state.manners.deliversAt
  state.mails.set(...deliversAt.mail)
  socket.write(`* ${state.mails.size} EXISTS\r\n`)
}

function answerWell(state: State, socket: Socket, tag: string, command: string): void {
  const uids = [...state.mails.keys()]
  if (/^EXAMINE/i.test(command)) {
    const next = Math.max(0, ...uids) + 1
    socket.write(`* ${uids.length} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT ${next}] ok\r\n`)
  } else if (/^UID SEARCH/i.test(command)) {
    socket.write(`* ${findMails(state, tag, command)}\r\n`)
  } else if (/^UID FETCH/i.test(command)) {
    const set = command.split(' ')[2] ?? ''
    // News of flags may come at any time, for a mail nobody asked about and without its UID.
    socket.write('* 1 FETCH (FLAGS (\\Seen))\r\n')
    for (const [at, uid] of uids.entries()) {
      if (isIn(set, uid) && !sendMail(state, socket, { seq: at + 1, uid, command })) return
    }
  }
  deliver(state, socket, command)
  socket.write(`${tag} OK done\r\n`)
}

function findMails(state: State, tag: string, command: string): string {
  const { ranges } = state.manners
  if (ranges !== undefined && /^UID SEARCH RETURN/i.test(command))
    return `ESEARCH (TAG "${tag}") UID ${ranges}`
  const uids = [...state.mails.keys()]
  const set = /UID ([\d:,*]+)$/.exec(command)?.[1]
  const shown = set === undefined ? uids : uids.filter(uid => isIn(set, uid) && isShown(state, uid, set))
  return `SEARCH ${shown.join(' ')}`
}

/** @returns false when the server hung up, or stands still */
function sendMail(
  { mails }: State,
  socket: Socket,
  { seq, uid, command }: { seq: number; uid: number; command: string },
): boolean {
  const mail = mails.get(uid)
  if (mail === undefined) return true
  if (!command.includes('BODY.PEEK[]')) {
    const size = `RFC822.SIZE ${mail.sizeBytes ?? mail.raw.length} INTERNALDATE "22-Nov-2026 10:00:00 +0000"`
    if (mail.fault !== 'no-facts' && mail.fault !== 'vanishes')
      socket.write(`* ${seq} FETCH (UID ${uid} ${size})\r\n`)
    return true
  }
  switch (mail.fault) {
    case 'left-out':
    case 'no-facts':
    case 'vanishes':
      return true
    case 'nil':
      socket.write(`* ${seq} FETCH (UID ${uid} BODY[] NIL)\r\n`)
      return true
    case 'unreadable':
      socket.write(`* ${seq} FETCH (UID ${uid} BODY[] "open (((\r\n`)
      return true
    case 'endless':
      socket.write(`* ${seq} FETCH (UID ${uid} BODY[] {5000000000}\r\n`)
      socket.write(Buffer.alloc(100_000, 'x'))
      return true
    case 'stalls':
      socket.write(`* ${seq} FETCH (UID ${uid} BODY[] {${mail.raw.length}}\r\n`)
      socket.write(mail.raw.subarray(0, mail.raw.length / 2))
      return false
    case 'no-uid':
      socket.write(`* ${seq} FETCH (BODY[] {${mail.raw.length}}\r\n`)
      socket.write(mail.raw)
      socket.write(')\r\n')
      return true
    case 'hangs-up':
      socket.write(`* ${seq} FETCH (UID ${uid} BODY[] {${mail.raw.length}}\r\n`)
      socket.write(mail.raw.subarray(0, mail.raw.length / 2))
      socket.destroySoon()
      return false
    default:
      socket.write(`* ${seq} FETCH (UID ${uid} BODY[] {${mail.raw.length}}\r\n`)
      socket.write(mail.raw)
      socket.write(')\r\n')
      return true
  }
}

/** A mail that vanishes is in the first look at the folder and no longer in one for it alone. */
function isShown({ mails }: State, uid: number, set: string): boolean {
  return mails.get(uid)?.fault !== 'vanishes' || set.includes('*')
}

function isIn(set: string, uid: number): boolean {
  return set.split(',').some(part => {
    const [first = '0', last = first] = part.split(':')
    return uid >= Number(first) && (last === '*' || uid <= Number(last))
  })
}
