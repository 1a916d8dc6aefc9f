import nodemailer from 'nodemailer'
import { readSinkLog } from '../support/sink-log.ts'
import type { MailerResult, MailerWish } from './measure-mailer.ts'

// A process of its own: nodemailer alone hands the same bytes to the same sink, from memory, keeping nothing.
// Its one argument is a MailerWish; it prints a MailerResult.
const wish = JSON.parse(process.argv[2] ?? '') as MailerWish
const mails = readSinkLog(wish.logFile).slice(0, wish.mails)
const transport = nodemailer.createTransport({
  host: '127.0.0.1',
  port: wish.port,
  secure: true,
  auth: { user: wish.user, pass: wish.password },
  tls: { ca: wish.ca },
  ...(wish.isPooled ? { pool: true, maxConnections: wish.connections, maxMessages: Infinity } : {}),
})
const cpuBefore = process.cpuUsage()
const beganMs = performance.now()
let next = 0
const sending = Array.from({ length: wish.connections }, async () => {
  for (let mail = mails[next++]; mail !== undefined; mail = mails[next++]) {
    await transport.sendMail({ envelope: { from: mail.from, to: mail.to }, raw: mail.raw })
  }
})
await Promise.all(sending)
const tookMs = performance.now() - beganMs
const cpu = process.cpuUsage(cpuBefore)
transport.close()
const result: MailerResult = {
  mails: mails.length,
  perSecond: mails.length / (tookMs / 1000),
  cpuMsPerMail: (cpu.user + cpu.system) / 1000 / mails.length,
}
console.log(JSON.stringify(result))
