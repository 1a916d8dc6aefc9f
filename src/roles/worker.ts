import type { App, RunningRole } from '../app.ts'
import { startFiling } from '../inbound/run-filing.ts'
import { startSending } from '../outbound/run-sending.ts'

/** Starts the worker role: filing, sending, and the background jobs. */
export async function start(app: App): Promise<RunningRole> {
  const { db, keys, blobs, bells, log, clock, instanceId, config } = app
  const trust = { extraCa: config.extraCa, allowPrivateHosts: config.allowPrivateHosts }
  const practice = () => app.practice
  const filing = startFiling({ db, keys, bells, log, instanceId, reader: app.reader() })
  const sending = startSending({
    db,
    keys,
    blobs,
    bells,
    log,
    clock,
    instanceId,
    trust,
    practice,
    random: Math.random,
  })
  return {
    stop: async () => {
      await Promise.all([filing.stop(), sending.stop()])
    },
    status: () => {
      const { isFailing, filedCount } = filing.status()
      return { isReady: !isFailing && sending.status().isRunning, mailsFiled: filedCount }
    },
  }
}
