import { useEffect, useRef, useState } from 'react'
import { useMe } from '../session.ts'
import { type Draft, draftKey, NO_DRAFT, readDraft, writeDraft } from './draft-store.ts'

// Told to the page when a draft was put back from outside its composer.
const PUT_EVENT = 'letterdesk-draft'

/** The draft of a ticket with what changes it. Kept in this browser until it is sent. */
export type DraftUse = {
  draft: Draft
  change: (patch: Partial<Draft>) => void
  clear: () => void
}

/** The agent's draft on a ticket; also after a reload, and after an undone send put it back. */
export function useDraft(ticketNumber: number): DraftUse {
  const key = draftKey(useMe().id, ticketNumber)
  const [draft, setDraft] = useState(() => readDraft(window.localStorage, key))
  // Changes follow each other faster than renders: a file may settle while a key is pressed.
  const latest = useRef(draft)
  const take = (next: Draft) => {
    latest.current = next
    setDraft(next)
  }
  useEffect(() => {
    const reread = (event: Event) => {
      if (!(event instanceof CustomEvent) || event.detail !== key) return
      latest.current = readDraft(window.localStorage, key)
      setDraft(latest.current)
    }
    window.addEventListener(PUT_EVENT, reread)
    return () => window.removeEventListener(PUT_EVENT, reread)
  }, [key])
  const change = (patch: Partial<Draft>) => {
    take({ ...latest.current, ...patch })
    writeDraft(window.localStorage, key, latest.current)
  }
  const clear = () => {
    take(NO_DRAFT)
    writeDraft(window.localStorage, key, NO_DRAFT)
  }
  return { draft, change, clear }
}

/** Puts a draft in place, as after an undone send; where its ticket is open, its composer shows it. */
export function putDraft(key: string, draft: Draft): void {
  writeDraft(window.localStorage, key, draft)
  window.dispatchEvent(new CustomEvent(PUT_EVENT, { detail: key }))
}
