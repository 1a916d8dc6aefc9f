import { ImapFlow } from 'imapflow'
import { type ParsedMail, simpleParser } from 'mailparser'
import type { CeilingResult, CeilingWish } from './measure-ceiling.ts'

// A process of its own: what imapflow and mailparser alone make of the same mails, storing nothing.
// Its one argument is a CeilingWish; it prints a CeilingResult.
const wish = JSON.parse(process.argv[2] ?? '') as CeilingWish
const batchMails = 50
const flow = new ImapFlow({
  host: '127.0.0.1',
  port: wish.port,
  secure: true,
  auth: { user: wish.user, pass: wish.password },
  tls: { ca: wish.ca },
  logger: false,
})
await flow.connect()
const opened = await flow.mailboxOpen('INBOX', { readOnly: true })
const cpuBefore = process.cpuUsage()
const beganMs = performance.now()
let mails = 0
for (let at = 1; at <= opened.exists; at += batchMails) {
  const range = `${at}:${Math.min(at + batchMails - 1, opened.exists)}`
  for await (const { source } of flow.fetch(range, { uid: true, source: true })) {
    if (source === undefined) throw new Error('a mail came without its source')
    await parse(source)
    mails += 1
  }
}
const tookMs = performance.now() - beganMs
const cpu = process.cpuUsage(cpuBefore)
flow.close()
const result: CeilingResult = {
  mails,
  perSecond: mails / (tookMs / 1000),
  cpuMsPerMail: (cpu.user + cpu.system) / 1000 / mails,
  peakMb: process.resourceUsage().maxRSS / 1024,
}
console.log(JSON.stringify(result))

function parse(source: Buffer): Promise<ParsedMail> {
  return simpleParser(source, { skipTextToHtml: true, skipImageLinks: true })
}
