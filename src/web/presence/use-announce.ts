import { useEffect } from 'react'
import { announcePresence, PRESENCE_BEAT_MS } from '../../shared/presence.ts'
import type { Doing } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import type { Call } from '../call.ts'
import { TAB_NAME } from './tab-name.ts'

type Announcement = { number: number | null; doing: Doing }

/**
 * Tells colleagues that this tab shows a ticket, and what is done with it, while it is in sight. Who writes
 * counts also while they look something up in another tab.
 */
export function useAnnounce(number: number, doing: Doing): void {
  const { call } = useApi()
  useEffect(() => {
    const isWriting = doing !== 'viewing'
    const beat = () => {
      if (isInSight() || isWriting) say(call, { number, doing })
    }
    const turn = () => {
      if (!isWriting) say(call, { number: isInSight() ? number : null, doing })
    }
    beat()
    const timer = window.setInterval(beat, PRESENCE_BEAT_MS)
    document.addEventListener('visibilitychange', turn)
    return () => {
      window.clearInterval(timer)
      document.removeEventListener('visibilitychange', turn)
    }
  }, [call, number, doing])
  useEffect(() => () => say(call, { number: null, doing: 'viewing' }), [call])
}

/** Says again what this tab shows: the stream that vouched for it was cut. */
export function announceAgain(call: Call): void {
  if (last !== undefined && last.number !== null) say(call, last)
}

function isInSight(): boolean {
  return document.visibilityState === 'visible'
}

let last: Announcement | undefined
let next: Announcement | undefined
let isBusy = false

// One after the other, and of those that wait the latest alone: the server ends with what is true.
function say(call: Call, announcement: Announcement): void {
  next = announcement
  if (!isBusy) void speak(call)
}

async function speak(call: Call): Promise<void> {
  isBusy = true
  await Promise.resolve() // leaving one ticket for another is one change
  while (next !== undefined) {
    last = next
    next = undefined
    // What is not heard is said again at the next beat.
    await call(announcePresence, { params: { tab: TAB_NAME }, body: last }).catch(() => undefined)
  }
  isBusy = false
}
