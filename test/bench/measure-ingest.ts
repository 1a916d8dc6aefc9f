import { getLedger, type Ledger } from '../../src/shared/mailboxes.ts'
import type { ApiClient } from '../support/api.ts'
import { connect, type MailServers } from '../support/connect-mailbox.ts'
import { type CpuUse, type PeakMemory, watchProcesses } from './process-use.ts'

/** How fast stored mail became tickets, and what it cost. */
export type IngestResult = {
  mails: number
  perSecond: number
  tookMs: number
  outcomes: Ledger['outcomes']
  cpuMsPerMail: CpuUse
  peakMb: PeakMemory
}

const patienceMs = 300_000
const lookMs = { least: 20, most: 1_000 }

/**
 * Connects the mailbox and waits until every one of its mails is filed. The clock runs from the answer
 * to "connect" (its sign-in checks are not ingest) to the ledger's last outcome.
 */
export async function measureIngest(
  owner: ApiClient,
  from: { pid: number; servers: MailServers; address: string; mails: number },
): Promise<IngestResult> {
  const watch = watchProcesses(from.pid)
  const mailbox = await connect(owner, from.servers, { address: from.address, days: 7 })
  const beganMs = performance.now()
  const outcomes = await untilSettled(owner, { mailboxId: mailbox.id, mails: from.mails, beganMs })
  const tookMs = performance.now() - beganMs
  const { cpuMs, peakMb } = watch.end()
  return {
    mails: from.mails,
    perSecond: from.mails / (tookMs / 1000),
    tookMs,
    outcomes,
    cpuMsPerMail: {
      node: cpuMs.node / from.mails,
      readers: cpuMs.readers / from.mails,
      postgres: cpuMs.postgres / from.mails,
    },
    peakMb,
  }
}

/** Looks rarely while much is left and often at the end: being watched should cost the product nothing. */
async function untilSettled(
  owner: ApiClient,
  wish: { mailboxId: number; mails: number; beganMs: number },
): Promise<Ledger['outcomes']> {
  for (;;) {
    const { outcomes } = await owner.call(getLedger, { params: { id: wish.mailboxId } })
    const settled = outcomes.filter(({ outcome }) => outcome !== 'stored')
    const count = settled.reduce((sum, row) => sum + row.count, 0)
    if (count >= wish.mails) return outcomes
    const tookMs = performance.now() - wish.beganMs
    if (tookMs > patienceMs) throw new Error(`${count} of ${wish.mails} mails filed in ${tookMs} ms`)
    const leftMs = count === 0 ? lookMs.most : (tookMs / count) * (wish.mails - count)
    const pauseMs = Math.min(Math.max(leftMs / 2, lookMs.least), lookMs.most)
    // time passes: the condition is looked at by HTTP, and each look is work for what is measured
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
}
