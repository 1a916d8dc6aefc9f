import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface, type Interface } from 'node:readline'

/** One mail for LMTP: `to` are the envelope recipients, `from` the envelope sender ('' is a bounce). */
export type Delivery = { raw: Buffer | string; to: string[]; from?: string }

type Replies = { next(): Promise<string> }

/**
 * Hands mails to an LMTP server (RFC 2033) over one connection, in order. Throws with the server's
 * words when it refuses one. Line ends become CRLF, as the protocol asks; nothing else is changed.
 */
export async function deliverByLmtp(port: number, deliveries: Delivery[]): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' })
  await once(socket, 'connect')
  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })
  const replies = readReplies(lines)
  try {
    await expectReply(replies, '220')
    await say(socket, replies, 'LHLO test.invalid', '250')
    for (const delivery of deliveries) await deliverOne(socket, replies, delivery)
    await say(socket, replies, 'QUIT', '221')
  } finally {
    lines.close()
    socket.destroy()
  }
}

async function deliverOne(socket: Socket, replies: Replies, { raw, to, from }: Delivery): Promise<void> {
  await say(socket, replies, `MAIL FROM:<${from ?? 'customer@example.test'}>`, '250')
  for (const recipient of to) await say(socket, replies, `RCPT TO:<${recipient}>`, '250')
  await say(socket, replies, 'DATA', '354')
  socket.write(dotStuffed(Buffer.from(raw)))
  for (const _recipient of to) await expectReply(replies, '250')
}

async function say(socket: Socket, replies: Replies, line: string, code: string): Promise<void> {
  socket.write(`${line}\r\n`)
  await expectReply(replies, code)
}

async function expectReply(replies: Replies, code: string): Promise<void> {
  const reply = await replies.next()
  if (!reply.startsWith(code)) throw new Error(`LMTP server said "${reply}", expected ${code}`)
}

/** Full replies: of a multi-line one (`250-…`) the last line. */
function readReplies(lines: Interface): Replies {
  const iterator = lines[Symbol.asyncIterator]()
  return {
    async next() {
      for (;;) {
        const { value, done } = await iterator.next()
        if (done === true) throw new Error('LMTP server closed the connection')
        const line = String(value)
        if (line[3] !== '-') return line
      }
    },
  }
}

/** CRLF line ends, leading dots doubled (RFC 5321 §4.5.2), closing dot. Byte-safe through latin1. */
function dotStuffed(raw: Buffer): Buffer {
  const crlf = raw.toString('latin1').replace(/\r?\n/g, '\r\n')
  const stuffed = crlf.replace(/(^|\r\n)\./g, '$1..')
  return Buffer.from(`${stuffed}${stuffed.endsWith('\r\n') ? '' : '\r\n'}.\r\n`, 'latin1')
}
