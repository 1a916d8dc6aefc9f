import type { Log } from '../lib/log.ts'
import { repeatWork } from '../lib/repeat-work.ts'
import type { KeyRing } from './key-ring.ts'
import type { Bells } from './listen.ts'

const lookEveryMs = 15_000 // a bell comes with each rotation; this is for one that was lost

/** Reads the ring again whenever somebody has changed it, so that a running node needs no restart. */
export function followKeyRing(needs: { keys: KeyRing; bells: Pick<Bells, 'on'>; log: Log }): {
  stop: () => Promise<void>
} {
  const { keys, bells, log } = needs
  let warnedOf = ''
  const following = repeatWork({
    name: 'key-ring',
    everyMs: lookEveryMs,
    log,
    work: async () => {
      const { isChanged, unreadIds } = await keys.refresh()
      if (isChanged) log.info({}, 'key ring read again')
      if (unreadIds.join() === warnedOf) return
      warnedOf = unreadIds.join()
      if (unreadIds.length > 0)
        log.error(
          { keyIds: unreadIds },
          'SECRET_KEY of this node opens these keys not: start it with the new one',
        )
    },
  })
  const silence = bells.on('keys', following.wake)
  const stop = async () => {
    silence()
    await following.stop()
  }
  return { stop }
}
