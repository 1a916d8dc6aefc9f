/**
 * Of several tabs one rings, and none for a ticket that is in sight in any of them. Both are Web Locks, which a closed
 * or crashed tab lets go of by itself. Only a page from a secure address has them, as also what the browser shows.
 */

/** Holds a lock as long as the page wants it; `onHeld` once it is this tab's. @returns lets it go */
export function holdLock(name: string, onHeld: () => void = () => undefined): () => void {
  const gone = new AbortController()
  let release: (() => void) | undefined
  const hold = async () => {
    try {
      await navigator.locks.request(name, { signal: gone.signal, mode: 'exclusive' }, async () => {
        onHeld()
        await new Promise<void>(resolve => {
          release = resolve
          if (gone.signal.aborted) resolve()
        })
      })
    } catch (error) {
      // Given up while another tab still had it.
      if (!gone.signal.aborted) console.warn('no lock', error)
    }
  }
  if (hasLocks()) void hold()
  return () => {
    gone.abort()
    release?.()
  }
}

/** The lock of a ticket in sight: each tab has its own, so that none waits for another. */
export function sightName(agentId: number, number: number, tab: string): string {
  return `letterdesk.sight.${agentId}.${number}.${tab}`
}

/** The tickets that are open and in sight in some tab of this browser. */
export async function numbersInSight(agentId: number): Promise<Set<number>> {
  if (!hasLocks()) return new Set()
  const { held = [] } = await navigator.locks.query()
  const prefix = `letterdesk.sight.${agentId}.`
  const names = held.flatMap(({ name = '' }) => (name.startsWith(prefix) ? name.slice(prefix.length) : []))
  return new Set(names.map(rest => Number.parseInt(rest, 10)))
}

/** Whether this browser has locks on this page. */
export function hasLocks(): boolean {
  return 'locks' in navigator && navigator.locks !== undefined
}
