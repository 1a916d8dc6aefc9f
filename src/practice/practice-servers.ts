import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { newToken, sameSecret } from '../lib/secrets.ts'
import type { PracticeServers } from '../mailboxes/account.ts'
import { deliverPracticeMail } from './deliver-practice-mail.ts'
import { serveImapClient } from './imap-session.ts'
import { listPracticeFolders } from './practice.queries.ts'

/**
 * The IMAP and SMTP pair of the practice mailbox in this process: loopback only, ports chosen by the
 * system, a password made at each start. It is handed to the connections as an object; no host name
 * or setting leads to it.
 */
export type RunningPracticeServers = PracticeServers & { stop: () => Promise<void> }

/** Starts the pair. Every process that fetches or sends has its own over the same table. */
export async function startPracticeServers(needs: {
  db: Db
  bells: Bells
  log: Log
}): Promise<RunningPracticeServers> {
  const password = newToken()
  const clients = new Set<Socket>()
  const imap = createServer(socket => {
    clients.add(socket)
    socket.on('close', () => clients.delete(socket))
    socket.on('error', error => needs.log.debug({ err: describeError(error) }, 'practice client left'))
    serveImapClient(socket, { ...needs, password })
  })
  const smtp = createSmtp(needs, password)
  const imapPort = await listen(imap)
  const smtpPort = await listen(smtp.server)
  const stop = async () => {
    for (const client of clients) client.destroy()
    await Promise.all([
      new Promise<void>(resolve => imap.close(() => resolve())),
      new Promise<void>(resolve => smtp.close(() => resolve())),
    ])
  }
  return { imapPort, smtpPort, password, stop }
}

function createSmtp(needs: { db: Db; bells: Bells; log: Log }, password: string): SMTPServer {
  const server = new SMTPServer({
    name: 'practice.example',
    banner: 'practice mailbox',
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true, // loopback inside one process, with a password that means nothing elsewhere
    authOptional: false,
    disableReverseLookup: true,
    logger: false,
    onAuth: (auth, _session, done) => {
      if (sameSecret(auth.password ?? '', password)) return done(null, { user: auth.username })
      done(new Error('wrong name or password'))
    },
    onRcptTo: (address, _session, done) => {
      knows(needs.db, address.address).then(
        known => done(known ? null : refusal(550, `5.1.1 <${address.address}> is not a practice address`)),
        error => done(refusal(451, `4.3.0 ${describeError(error)}`)),
      )
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(recipient => recipient.address)
        deliverPracticeMail(needs, to, Buffer.concat(chunks)).then(
          () => done(null, 'kept in the practice mailbox'),
          error => done(refusal(451, `4.3.0 ${describeError(error)}`)),
        )
      })
    },
  })
  server.on('error', error => needs.log.debug({ err: describeError(error) }, 'practice client left'))
  return server
}

async function knows(db: Db, address: string): Promise<boolean> {
  return (await listPracticeFolders(db, address.toLowerCase())).length > 0
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}
