import { getLedger, type Ledger } from '../../src/shared/mailboxes.ts'
import type { ApiClient } from '../support/api.ts'
import { connect, type MailServers } from '../support/connect-mailbox.ts'
import { waitUntil } from '../support/wait-until.ts'
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
const lookEveryMs = 25

/**
 * Connects the mailbox and waits until every one of its mails is filed. The clock runs from the answer
 * to "connect" (its sign-in checks are not ingest) to the ledger's last outcome, seen within 25 ms.
 */
export async function measureIngest(
  owner: ApiClient,
  from: { pid: number; servers: MailServers; address: string; mails: number },
): Promise<IngestResult> {
  const watch = watchProcesses(from.pid)
  const mailbox = await connect(owner, from.servers, { address: from.address, days: 7 })
  const beganMs = performance.now()
  const outcomes = await waitUntil(
    `${from.mails} mails filed`,
    async () => {
      const ledger = await owner.call(getLedger, { params: { id: mailbox.id } })
      const settled = ledger.outcomes.filter(({ outcome }) => outcome !== 'stored')
      const count = settled.reduce((sum, row) => sum + row.count, 0)
      return count >= from.mails ? ledger.outcomes : undefined
    },
    { withinMs: patienceMs, everyMs: lookEveryMs },
  )
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
