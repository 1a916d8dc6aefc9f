import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'

/** One answer of the server: its text with each literal cut out, and the literals in order. */
export type ImapAnswer = { text: string; literals: Buffer[] }

/** One mail as the server shows it: `raw` is BODY.PEEK[], `sha256` its hex hash. */
export type ServerMail = { uid: number; flags: string[]; sha256: string; internalDate: Date; raw: Buffer }

/** A connection that speaks IMAP line by line and knows nothing of the product's own client. */
export type RawImap = {
  /** Sends one command and returns its untagged answers; throws with the server's words on NO or BAD. */
  command(line: string, literal?: Buffer): Promise<ImapAnswer[]>
  close(): void
}

export type RawImapAccess = { host: string; port: number; ca: string; user: string; password: string }

/** Signs in over TLS. The test's own eye on a mailbox: what it counts, the product did not count. */
export async function openRawImap({ host, port, ca, user, password }: RawImapAccess): Promise<RawImap> {
  const socket = connect({ host, port, ca, servername: 'localhost' })
  const answers = readAnswers(socket)
  let count = 0
  const command = (line: string, literal?: Buffer): Promise<ImapAnswer[]> => {
    count += 1
    const tag = `t${count}`
    socket.write(`${tag} ${line}${literal ? ` {${literal.length}}` : ''}\r\n`)
    return untilTagged({
      answers,
      tag,
      proceed: () => socket.write(Buffer.concat([literal ?? NOTHING, CRLF])),
    })
  }
  await once(socket, 'secureConnect')
  await answers.next()
  await command(`LOGIN ${quoted(user)} ${quoted(password)}`)
  return { command, close: () => socket.destroy() }
}

const NOTHING = Buffer.alloc(0)
const CRLF = Buffer.from('\r\n')

type Exchange = { answers: { next(): Promise<ImapAnswer> }; tag: string; proceed(): void }

async function untilTagged({ answers, tag, proceed }: Exchange): Promise<ImapAnswer[]> {
  const untagged: ImapAnswer[] = []
  for (;;) {
    const answer = await answers.next()
    if (answer.text.startsWith(`${tag} OK`)) return untagged
    if (answer.text.startsWith(`${tag} `)) throw new Error(`IMAP server refused: ${answer.text}`)
    if (answer.text.startsWith('+')) proceed()
    else untagged.push(answer)
  }
}

/** Every mail of a folder, read without changing it (EXAMINE, BODY.PEEK), in batches of 200. */
export async function fetchFolder(imap: RawImap, folder: string): Promise<ServerMail[]> {
  await imap.command(`EXAMINE ${quoted(folder)}`)
  const uids = (await imap.command('UID SEARCH ALL')).flatMap(({ text }) =>
    text.startsWith('* SEARCH') ? (text.match(/\d+/g) ?? []).map(Number) : [],
  )
  const mails: ServerMail[] = []
  for (let start = 0; start < uids.length; start += 200) {
    const batch = uids.slice(start, start + 200).join(',')
    const answers = await imap.command(`UID FETCH ${batch} (UID FLAGS INTERNALDATE BODY.PEEK[])`)
    mails.push(...answers.filter(({ text }) => / FETCH \(/.test(text)).map(toServerMail))
  }
  return mails
}

/** An IMAP quoted string. The name goes out as it is: write non-ASCII folder names in modified UTF-7. */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

function toServerMail({ text, literals }: ImapAnswer): ServerMail {
  const raw = literals[0] ?? Buffer.alloc(0)
  const day = /INTERNALDATE "\s*(\d+)-(\w+)-(\d+) ([^"]+)"/.exec(text)
  return {
    uid: Number(/UID (\d+)/.exec(text)?.[1]),
    flags: (/FLAGS \(([^)]*)\)/.exec(text)?.[1] ?? '').split(' ').filter(flag => flag !== ''),
    sha256: createHash('sha256').update(raw).digest('hex'),
    internalDate: new Date(day ? `${day[1]} ${day[2]} ${day[3]} ${day[4]}` : Number.NaN),
    raw,
  }
}

type Waiting = { resolve(answer: ImapAnswer): void; reject(error: Error): void }

function readAnswers(socket: TLSSocket): { next(): Promise<ImapAnswer> } {
  const ready: ImapAnswer[] = []
  const waiting: Waiting[] = []
  let fault: Error | undefined
  const parse = answerParser(answer => {
    const first = waiting.shift()
    if (first) first.resolve(answer)
    else ready.push(answer)
  })
  const fail = (error: Error): void => {
    fault ??= error
    for (const { reject } of waiting.splice(0)) reject(fault)
  }
  socket.on('data', parse)
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('IMAP server closed the connection')))
  return {
    next: () => {
      const first = ready.shift()
      if (first) return Promise.resolve(first)
      if (fault) return Promise.reject(fault)
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
  }
}

/** Cuts the byte stream into answers. Chunks are joined only once the awaited literal is complete. */
function answerParser(emit: (answer: ImapAnswer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = []
  let size = 0
  let needed = 0
  let answer: ImapAnswer = { text: '', literals: [] }
  const takeLine = (bytes: Buffer, from: number): number | undefined => {
    const end = bytes.indexOf('\r\n', from)
    if (end < 0) return undefined
    const line = bytes.toString('utf8', from, end)
    const literal = /\{(\d+)\}$/.exec(line)
    const literalEnd = end + 2 + Number(literal?.[1] ?? 0)
    if (literalEnd > bytes.length) {
      needed = literalEnd - from
      return undefined
    }
    answer.text += line
    if (literal) answer.literals.push(Buffer.from(bytes.subarray(end + 2, literalEnd)))
    else {
      emit(answer)
      answer = { text: '', literals: [] }
    }
    return literalEnd
  }
  return chunk => {
    chunks.push(chunk)
    size += chunk.length
    if (size < needed) return
    needed = 0
    const bytes = Buffer.concat(chunks)
    let at = 0
    for (let next = takeLine(bytes, at); next !== undefined; next = takeLine(bytes, at)) at = next
    chunks = [bytes.subarray(at)]
    size = bytes.length - at
  }
}
