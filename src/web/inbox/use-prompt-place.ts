import { useRouter } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { afterPaint } from '../ui/after-paint.ts'
import { type Place, usePlace } from './place.ts'

// A ticket that takes longer to be drawn gets its address before.
const AT_LATEST_MS = 500

/**
 * The place, with a ticket that a key opens shown at once: the address follows when that ticket is on the screen, so that
 * nothing is drawn twice in between, and keys that run through tickets leave no trail of them. The next key must not act on
 * the ticket before.
 *
 * @returns the place, and what is told of each ticket that has come on the screen
 */
export function usePromptPlace(): { place: Place; noteShown: (number: number) => void } {
  const router = useRouter()
  const place = usePlace()
  const [opening, setOpening] = useState<number>()
  const following = useFollowing()
  const ofAddress = useRef(place.number)
  ofAddress.current = place.number
  useEffect(() => {
    // Also where another address has come than the key wanted: back in the browser's history, say.
    return router.subscribe('onResolved', () => {
      if (!following.isOn()) setOpening(wanted => (wanted === ofAddress.current ? wanted : undefined))
    })
  }, [router, following])
  const number = opening ?? place.number
  const prompt = useMemo(() => {
    const leaving =
      <Told extends unknown[]>(go: (...to: Told) => void) =>
      (...to: Told) => {
        following.stop()
        setOpening(undefined)
        go(...to)
      }
    return {
      ...place,
      isNew: place.isNew && number === undefined,
      number,
      openTicket: (wanted: number) => {
        const isThere = wanted === place.number
        setOpening(isThere ? undefined : wanted)
        if (isThere) following.stop()
        else following.begin(wanted, () => place.openTicket(wanted))
      },
      follow: leaving(place.follow),
      narrow: leaving(place.narrow),
      backToList: leaving(place.backToList),
      goTo: leaving(place.goTo),
      beginTicket: leaving(place.beginTicket),
    }
  }, [place, number, following])
  return { place: prompt, noteShown: following.noteShown }
}

type Following = {
  isOn: () => boolean
  begin: (number: number, go: () => void) => void
  noteShown: (number: number) => void
  stop: () => void
}

/** Waits with the address for the ticket, of several for the last. */
function useFollowing(): Following {
  const [following] = useState(createFollowing)
  useEffect(() => following.stop, [following])
  return following
}

function createFollowing(): Following {
  let waiting: { number: number; go: () => void; stop: () => void } | undefined
  const stop = () => {
    waiting?.stop()
    waiting = undefined
  }
  const go = () => {
    const latest = waiting
    stop()
    latest?.go()
  }
  return {
    isOn: () => waiting !== undefined,
    begin: (number, goThere) => {
      stop()
      const timer = window.setTimeout(go, AT_LATEST_MS)
      waiting = { number, go: goThere, stop: () => window.clearTimeout(timer) }
    },
    noteShown: number => {
      if (waiting?.number !== number) return
      waiting.stop()
      waiting.stop = afterPaint(go)
    },
    stop,
  }
}
