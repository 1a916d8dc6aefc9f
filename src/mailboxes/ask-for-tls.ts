import type { Socket } from 'node:net'
import { RemoteFault } from '../lib/app-error.ts'

const MAX_CHARS = 16_384
const GREETING_MS = 3_000

/**
 * Brings a fresh connection to where TLS begins: greeting, then STARTTLS (RFC 3501 §6.2.1, RFC 3207).
 *
 * @throws RemoteFault `wrong-tls-mode` when the server says nothing (it waits for TLS), `no-encryption` when it does
 *   not offer it, `unreadable-answer` when it is no mail server, `server-unavailable` when it turns us away
 */
export async function askForTls(kind: 'imap' | 'smtp', socket: Socket): Promise<void> {
  const read = lineReader(socket)
  try {
    if (kind === 'imap') await askImap(socket, read)
    else await askSmtp(socket, read)
  } finally {
    read.stop()
  }
}

type Reader = { (timeoutMs?: number): Promise<string>; stop: () => void }

async function askImap(socket: Socket, read: Reader): Promise<void> {
  const greeting = await read(GREETING_MS)
  if (/^\* BYE/i.test(greeting)) throw refused(greeting)
  if (!/^\* (?:OK|PREAUTH)/i.test(greeting)) throw unreadable()
  socket.write('a STARTTLS\r\n')
  for (let line = await read(); ; line = await read()) {
    if (/^a OK/i.test(line)) return
    if (/^a /i.test(line)) throw noEncryption(line)
  }
}

async function askSmtp(socket: Socket, read: Reader): Promise<void> {
  const greeting = await readReply(read, GREETING_MS)
  const [first = ''] = greeting
  if (/^[45]\d\d/.test(first)) throw refused(first)
  if (!first.startsWith('220')) throw unreadable()
  socket.write('EHLO [127.0.0.1]\r\n')
  const offers = await readReply(read)
  if (!offers.some(line => /^250[ -]STARTTLS\b/i.test(line))) throw noEncryption(offers[0] ?? '')
  socket.write('STARTTLS\r\n')
  const [answer = ''] = await readReply(read)
  if (!answer.startsWith('220')) throw noEncryption(answer)
}

async function readReply(read: Reader, timeoutMs?: number): Promise<string[]> {
  const lines = [await read(timeoutMs)]
  while (/^\d{3}-/.test(lines.at(-1) ?? '')) lines.push(await read())
  return lines
}

/** Lines of the other side, one a call; 16 kB at most in all. */
function lineReader(socket: Socket): Reader {
  let text = ''
  let wake: () => void = () => undefined
  const onData = (chunk: Buffer) => {
    text += chunk.toString('latin1')
    wake()
  }
  let taken = 0
  socket.on('data', onData)
  const read = async (timeoutMs?: number): Promise<string> => {
    for (let end = text.indexOf('\n', taken); ; end = text.indexOf('\n', taken)) {
      if (text.length > MAX_CHARS) throw unreadable()
      if (end >= 0) {
        const line = text.slice(taken, end).trimEnd()
        taken = end + 1
        return line
      }
      await more(timeoutMs)
    }
  }
  const more = async (timeoutMs?: number): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    wake = resolve
    const silent = () => reject(new RemoteFault('wrong-tls-mode', 'no greeting', { retry: true }))
    const timer = timeoutMs === undefined ? undefined : setTimeout(silent, timeoutMs)
    await promise.finally(() => clearTimeout(timer))
  }
  return Object.assign(read, { stop: () => void socket.off('data', onData) })
}

function refused(serverText: string): RemoteFault {
  return new RemoteFault('server-unavailable', 'the server turns us away', { retry: true, serverText })
}

function unreadable(): RemoteFault {
  return new RemoteFault('unreadable-answer', 'not a mail server', { retry: true })
}

function noEncryption(serverText: string): RemoteFault {
  return new RemoteFault('no-encryption', 'no STARTTLS', { retry: true, serverText })
}
