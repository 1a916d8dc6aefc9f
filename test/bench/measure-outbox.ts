import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pauseMailbox, resumeMailbox, updateMailbox } from '../../src/shared/mailboxes.ts'
import { updateMe } from '../../src/shared/session.ts'
import { listTickets, sendReply } from '../../src/shared/tickets.ts'
import { allPages } from '../support/all-pages.ts'
import type { ApiClient } from '../support/api.ts'
import type { Certificates } from '../support/certificates.ts'
import { startSmtpSinkProcess } from '../support/smtp-sink-process.ts'
import { waitUntil } from '../support/wait-until.ts'
import { type MailerResult, measureMailer } from './measure-mailer.ts'
import { type CpuUse, watchProcesses } from './process-use.ts'

/** How fast replies went from the outbox to a local sink, beside nodemailer alone with the same bytes. */
export type OutboxResult = {
  replies: number
  perSecond: number
  cpuMsPerMail: CpuUse
  /** From an agent's click to the answer of the API, replies a second with eight agents at once. */
  queuedPerSecond: number
  pooled: MailerResult
  unpooled: MailerResult
  /** Ours by nodemailer with kept connections. */
  ratio: number
}

type Wish = { pid: number; certificates: Certificates; mailboxId: number; address: string; replies: number }

const atOnce = 8

/**
 * Queues the replies while the mailbox is paused, lets it go on, and waits until the sink has them all. The
 * sink is a process of its own, so that it costs both sides alike.
 */
export async function measureOutbox(owner: ApiClient, wish: Wish): Promise<OutboxResult> {
  const { certificates, replies, mailboxId } = wish
  const folder = await mkdtemp(join(tmpdir(), 'letterdesk-bench-'))
  const logFile = join(folder, 'accepted.log')
  const sink = await startSmtpSinkProcess({ certificates, logFile })
  try {
    const params = { id: mailboxId }
    const smtp = { host: '127.0.0.1', port: sink.tlsPort, security: 'tls' } as const
    await owner.call(updateMailbox, { params, body: { smtp, sentCopy: 'none' } })
    await owner.call(pauseMailbox, { params })
    const queuedPerSecond = await queueReplies(owner, replies)
    const watch = watchProcesses(wish.pid)
    const beganMs = performance.now()
    await owner.call(resumeMailbox, { params })
    await waitUntil(
      'all replies at the sink',
      async () => (await countLines(logFile)) >= replies || undefined,
      {
        withinMs: 300_000,
        everyMs: 20,
      },
    )
    const perSecond = replies / ((performance.now() - beganMs) / 1000)
    const { cpuMs } = watch.end()
    const mailer = (isPooled: boolean) =>
      measureMailer({
        logFile,
        mails: replies,
        port: sink.tlsPort,
        ca: certificates.ca,
        user: wish.address,
        password: 'secret',
        connections: atOnce,
        isPooled,
      })
    const [pooled, unpooled] = [await mailer(true), await mailer(false)]
    return {
      replies,
      perSecond,
      cpuMsPerMail: {
        node: cpuMs.node / replies,
        readers: cpuMs.readers / replies,
        postgres: cpuMs.postgres / replies,
      },
      queuedPerSecond,
      pooled,
      unpooled,
      ratio: perSecond / pooled.perSecond,
    }
  } finally {
    await sink.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** @returns how many a second the API took */
async function queueReplies(owner: ApiClient, replies: number): Promise<number> {
  await owner.call(updateMe, { body: { undoSeconds: 0 } })
  const tickets = await allPages(owner, listTickets, { queue: 'all' })
  const beganMs = performance.now()
  let next = 0
  const agents = Array.from({ length: atOnce }, async () => {
    for (let n = next++; n < replies; n = next++) {
      const number = tickets[n % tickets.length]?.number ?? 0
      const body = {
        text: 'Your parcel is on its way.\n\nIt should be with you on Thursday.\n',
        withHistory: true,
      }
      await owner.call(sendReply, { params: { number }, body: { ...body, to: [`ann.${n}@example.org`] } })
    }
  })
  await Promise.all(agents)
  return replies / ((performance.now() - beganMs) / 1000)
}

async function countLines(file: string): Promise<number> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0))
  let lines = 0
  for (const byte of bytes) lines += byte === 0x0a ? 1 : 0
  return lines
}
