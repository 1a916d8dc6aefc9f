import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'

/** A DNS server of ours on loopback, for UDP questions. Whatever it holds no record of does not exist. */
export type DnsServer = {
  /** For DNS_SERVERS. */
  address: string
  /** Sets the TXT records of a name, each whole. */
  setText: (name: string, ...texts: string[]) => void
  /** Leaves questions about a domain and all below it unanswered from now on. */
  silence: (domain: string) => void
  /** What was asked so far, as `TYPE name`, in order. */
  asked: string[]
  stop: () => Promise<void>
}

const TYPES = new Map([
  [1, 'A'],
  [5, 'CNAME'],
  [12, 'PTR'],
  [15, 'MX'],
  [16, 'TXT'],
  [28, 'AAAA'],
])
const TEXT_TYPE = 16
const NO_SUCH_NAME = 3

/** Starts it on a free port of 127.0.0.1. */
export async function startDnsServer(): Promise<DnsServer> {
  const texts = new Map<string, string[]>()
  const silent = new Set<string>()
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (question: Buffer, from: RemoteInfo) => {
    const { name, type, end } = readQuestion(question)
    asked.push(`${TYPES.get(type) ?? type} ${name}`)
    if ([...silent].some(domain => name === domain || name.endsWith(`.${domain}`))) return
    const known = texts.get(name)
    const records = type === TEXT_TYPE ? (known ?? []) : []
    socket.send(writeAnswer(question.subarray(0, end), records, known !== undefined), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    setText: (name, ...values) => void texts.set(name.toLowerCase(), values),
    silence: domain => void silent.add(domain.toLowerCase()),
    asked,
    stop: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}

function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let size = message[at] ?? 0; size > 0; size = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + size).toLowerCase())
    at += 1 + size
  }
  return { name: labels.join('.'), type: message.readUInt16BE(at + 1), end: at + 5 }
}

function writeAnswer(question: Buffer, texts: readonly string[], exists: boolean): Buffer {
  const head = Buffer.from(question)
  head.writeUInt16BE(0x8180 | (exists ? 0 : NO_SUCH_NAME), 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(texts.length, 6)
  head.writeUInt32BE(0, 8)
  return Buffer.concat([head, ...texts.map(writeText)])
}

function writeText(text: string): Buffer {
  const bytes = Buffer.from(text)
  const strings: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 255) {
    const piece = bytes.subarray(at, at + 255)
    strings.push(Buffer.from([piece.length]), piece)
  }
  const data = Buffer.concat(strings)
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0) // the name in the question
  head.writeUInt16BE(TEXT_TYPE, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt32BE(60, 6)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}
