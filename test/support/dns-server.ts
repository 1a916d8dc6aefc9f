import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'

/** A DNS server of ours on loopback, for UDP questions. Whatever it holds no record of does not exist. */
export type DnsServer = {
  /** For DNS_SERVERS. */
  address: string
  /** Sets the TXT records of a name, each whole. */
  setText: (name: string, ...texts: string[]) => void
  /** Sets the mail exchangers of a domain, the first to be asked first; none: it takes no mail (RFC 7505). */
  setMx: (domain: string, ...exchangers: string[]) => void
  /** Sets where a service is; `.` as host: it is not offered. */
  setService: (name: string, host: string, port: number) => void
  /** Sets the IPv4 address of a name. */
  setAddress: (name: string, address: string) => void
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
  [33, 'SRV'],
])
const [ADDRESS_TYPE, MX_TYPE, TEXT_TYPE, SERVICE_TYPE] = [1, 15, 16, 33]
const NO_SUCH_NAME = 3

/** Starts it on a free port of 127.0.0.1. */
export async function startDnsServer(): Promise<DnsServer> {
  const records = new Map<string, Map<number, Buffer[]>>()
  const set = (name: string, type: number, data: Buffer[]) => {
    const known = records.get(name.toLowerCase()) ?? new Map<number, Buffer[]>()
    records.set(name.toLowerCase(), known.set(type, data))
  }
  const silent = new Set<string>()
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (question: Buffer, from: RemoteInfo) => {
    const { name, type, end } = readQuestion(question)
    asked.push(`${TYPES.get(type) ?? type} ${name}`)
    if ([...silent].some(domain => name === domain || name.endsWith(`.${domain}`))) return
    const known = records.get(name)
    const answer = { type, data: known?.get(type) ?? [], exists: known !== undefined }
    socket.send(writeAnswer(question.subarray(0, end), answer), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    setText: (name, ...texts) => set(name, TEXT_TYPE, texts.map(textData)),
    setMx: (domain, ...exchangers) => {
      const hosts = exchangers.length > 0 ? exchangers : ['.']
      set(
        domain,
        MX_TYPE,
        hosts.map((host, at) => Buffer.concat([numbers(at * 10), nameData(host)])),
      )
    },
    setService: (name, host, port) =>
      set(name, SERVICE_TYPE, [Buffer.concat([numbers(0, 0, port), nameData(host)])]),
    setAddress: (name, address) => set(name, ADDRESS_TYPE, [Buffer.from(address.split('.').map(Number))]),
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

function writeAnswer(question: Buffer, answer: { type: number; data: Buffer[]; exists: boolean }): Buffer {
  const { type, data, exists } = answer
  const head = Buffer.from(question)
  head.writeUInt16BE(0x8180 | (exists ? 0 : NO_SUCH_NAME), 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(data.length, 6)
  head.writeUInt32BE(0, 8)
  return Buffer.concat([head, ...data.map(one => writeRecord(type, one))])
}

function writeRecord(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0) // the name in the question
  head.writeUInt16BE(type, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt32BE(60, 6)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

function textData(text: string): Buffer {
  const bytes = Buffer.from(text)
  const strings: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 255) {
    const piece = bytes.subarray(at, at + 255)
    strings.push(Buffer.from([piece.length]), piece)
  }
  return Buffer.concat(strings)
}

/** A name as labels; `.` is the root, of none. */
function nameData(name: string): Buffer {
  const labels = name.split('.').filter(label => label !== '')
  return Buffer.concat([
    ...labels.map(label => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ])
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, at * 2)
  return bytes
}
