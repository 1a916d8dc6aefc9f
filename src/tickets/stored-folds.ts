import type { Fold } from '../mail/split-reply.ts'
import type { Direction } from '../shared/vocabulary.ts'

type StoredText = { text: string; visibleText: string; folds: Fold[] | null; direction: Direction }

/**
 * What of a message is folded. Messages of older versions, and our own, keep none: there it is what
 * stands below their visible text. A signature alone of our own is not worth folding.
 */
export function foldsOf({ text, visibleText, folds, direction }: StoredText): Fold[] {
  if (folds !== null) return folds
  const start = visibleText.length
  const rest = text.slice(start)
  if (!text.startsWith(visibleText) || visibleText.trim() === '' || rest.trim() === '') return []
  if (direction === 'outbound' && !/^ {0,3}>/m.test(rest)) return []
  return [{ start, end: text.length, kind: 'quote', isOpen: false }]
}
