import type { Fold, Message } from '../../shared/tickets.ts'

/** How the folds of a ticket are shown: as each says itself, or all alike because somebody asked. */
export type FoldView = 'auto' | 'shown' | 'hidden'

/** The view an agent asked for by the key, and how often: each press overrides what was chosen at one message. */
export type QuoteWish = { view: FoldView; presses: number }

/** A part of a text as the page shows it: words, or a fold with the number of its lines. */
export type TextPart = { start: number; text: string; fold: (Fold & { lines: number }) | undefined }

/** The folds that can be folded away: none where nothing else would be left to read. */
export function foldsWorthHaving(message: Pick<Message, 'text' | 'folds'>): readonly Fold[] {
  return partsOf(message.text, message.folds).some(part => part.fold === undefined) ? message.folds : []
}

/** Whether a fold is open in a view. */
export function isOpenIn(fold: Pick<Fold, 'isOpen'>, view: FoldView): boolean {
  return view === 'auto' ? fold.isOpen : view === 'shown'
}

/** Words and folds in order, without the empty lines between them. */
export function partsOf(text: string, folds: readonly Fold[]): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  for (const fold of folds) {
    parts.push({ start: from, text: text.slice(from, fold.start), fold: undefined })
    const folded = text.slice(fold.start, fold.end)
    parts.push({ start: fold.start, text: folded, fold: { ...fold, lines: countLines(folded) } })
    from = fold.end
  }
  parts.push({ start: from, text: text.slice(from), fold: undefined })
  return parts
    .map(part => ({ ...part, text: withoutEmptyEnds(part.text) }))
    .filter(part => part.text !== '' && part.fold?.lines !== 0)
}

/** The words outside all folds, open ones too: for a line that stands for the message. */
export function ownWords(text: string, folds: readonly Fold[]): string {
  const own = partsOf(text, folds).filter(part => part.fold === undefined)
  return own.map(part => part.text).join('\n')
}

/** Lines with something on them. */
export function countLines(text: string): number {
  return text.split('\n').filter(line => line.trim() !== '').length
}

function withoutEmptyEnds(text: string): string {
  return text.replace(/^(?:[ \t]{0,200}\n)+/, '').trimEnd()
}
