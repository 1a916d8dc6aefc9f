import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { createServer } from 'node:tls'
import type { Certificate } from './certificates.ts'

/**
 * A submission server that knows OAUTHBEARER alone (RFC 7628) and takes the token `good`; it sends nothing. `heard`: what it
 * was shown, decoded.
 */
export async function startBearerServer({ key, cert }: Certificate) {
  const heard: string[] = []
  const server = createServer({ key, cert }, socket => serve(socket, heard))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, heard, stop: () => void server.close() }
}

function serve(socket: Socket, heard: string[]): void {
  const say = (line: string) => socket.write(`${line}\r\n`)
  socket.on('error', () => undefined) // a client that hangs up is part of a test
  let isRefused = false
  say('220 mail.test')
  createInterface({ input: socket }).on('line', line => {
    if (line.startsWith('EHLO')) return say('250-mail.test\r\n250 AUTH OAUTHBEARER')
    if (line === 'QUIT') return socket.end('221 bye\r\n')
    heard.push(Buffer.from(line.replace('AUTH OAUTHBEARER ', ''), 'base64').toString())
    if (isRefused) return say('535 5.7.8 refused')
    isRefused = !heard.at(-1)?.includes('auth=Bearer good')
    return say(isRefused ? `334 ${Buffer.from('{"status":"401"}').toString('base64')}` : '235 2.7.0 welcome')
  })
}
