import { useRef } from 'react'
import type { Doing } from '../../shared/vocabulary.ts'
import type { Draft } from '../compose/draft-store.ts'

/** What is done with an open ticket. A draft that was left there earlier is not being written until somebody touches it. */
export function useDoing(draft: Pick<Draft, 'mode' | 'isOpen' | 'text'>, focusWishes: number): Doing {
  const textAtFirst = useRef(draft.text)
  const isTouched = focusWishes > 0 || draft.text !== textAtFirst.current
  if (!draft.isOpen || !isTouched) return 'viewing'
  return draft.mode === 'note' ? 'noting' : 'replying'
}
