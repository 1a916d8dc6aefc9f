import type { Fold } from '../../shared/tickets.ts'
import { lettersOf, placeFolds } from './place-folds.ts'

/** Marks what a fold hides; rules in the frame's own style act on it. Its value: `open` or `closed` by itself. */
export const QUOTED_MARK = 'data-quoted'

/** Marks the line that stands for a fold between words. */
export const FOLD_LINE_MARK = 'data-fold-line'

/**
 * Marks the folds of a message in the document of its HTML, so that they can be folded away and shown
 * again. Nothing is removed. A fold whose place is not certain is not marked, and so is shown.
 *
 * @param lineOf the words that stand for a fold while it is hidden and other words follow it
 * @returns the folds that were marked
 */
export function markFolds(
  mail: Document,
  words: { text: string; folds: readonly Fold[] },
  lineOf: (fold: Fold) => string,
): Fold[] {
  if (mail.body === null) return []
  const sizes = measure(mail.body)
  const total = sizes.get(mail.body) ?? 0
  const placed = placeFolds(lettersOf(mail.body.textContent ?? ''), words)
  return placed.flatMap(({ fold, from, to }) => {
    const range = { from, to, isLast: to === total, value: fold.isOpen ? 'open' : 'closed' }
    const marked = markWithin(mail.body, 0, range, sizes)
    if (marked.length > 0 && !range.isLast) putLine(marked[0], lineOf(fold), range.value)
    return marked.length > 0 ? [fold] : []
  })
}

type Range = { from: number; to: number; isLast: boolean; value: string }

type Sizes = Map<Node, number>

/** The number of letters below each node. */
function measure(root: Node): Sizes {
  const sizes: Sizes = new Map()
  const visit = (node: Node): number => {
    const size =
      node.nodeType === Node.TEXT_NODE
        ? lettersOf(node.textContent ?? '').length
        : [...node.childNodes].reduce((sum, child) => sum + visit(child), 0)
    sizes.set(node, size)
    return size
  }
  visit(root)
  return sizes
}

function markWithin(parent: Node, start: number, range: Range, sizes: Sizes): Element[] {
  const marked: Element[] = []
  let at = start
  for (const child of [...parent.childNodes]) {
    const size = sizes.get(child) ?? 0
    const begin = at
    at += size
    if (isWhole(child, begin, size, range)) marked.push(...mark(child, range.value))
    else if (size > 0 && begin < range.to && at > range.from) {
      if (child.nodeType === Node.TEXT_NODE) marked.push(...markPiece(child as Text, begin, range))
      else marked.push(...markWithin(child, begin, range, sizes))
    }
  }
  return marked
}

/**
 * All of a node is folded. One without letters (a line, an empty paragraph) is where it stands inside; a picture never
 * at the edge.
 */
function isWhole(node: Node, begin: number, size: number, range: Range): boolean {
  if (size > 0) return begin >= range.from && begin + size <= range.to
  if (begin > range.from && (begin < range.to || range.isLast)) return true
  return begin === range.from && begin < range.to && isBlankNode(node)
}

function isBlankNode(node: Node): boolean {
  if (/[^\s\u00a0_=-]/.test(node.textContent ?? '')) return false
  return node.nodeType !== Node.ELEMENT_NODE || !hasPicture(node as Element)
}

function hasPicture(element: Element): boolean {
  return element.tagName === 'IMG' || element.querySelector('img') !== null
}

function mark(node: Node, value: string): Element[] {
  if (node.nodeType === Node.ELEMENT_NODE) {
    ;(node as Element).setAttribute(QUOTED_MARK, value)
    return [node as Element]
  }
  if (node.nodeType !== Node.TEXT_NODE || (node.textContent ?? '').trim() === '') return []
  const wrap = (node.ownerDocument as Document).createElement('span')
  wrap.setAttribute(QUOTED_MARK, value)
  node.parentNode?.insertBefore(wrap, node)
  wrap.append(node)
  return [wrap]
}

/** The part of a text node that is folded, parted from what is not. */
function markPiece(node: Text, begin: number, range: Range): Element[] {
  const text = node.data
  const first = range.from <= begin ? 0 : placeOfLetter(text, range.from - begin)
  const last = placeOfLetter(text, range.to - begin)
  const piece = first > 0 ? node.splitText(first) : node
  if (last < text.length) piece.splitText(last - first)
  return mark(piece, range.value)
}

// What opens a quotation or draws a line belongs to the words behind it.
const OPENING = /[\s_=<("'„“«[-]{0,80}$/

/** The place before the letter of that number, and before what opens it. */
function placeOfLetter(text: string, count: number): number {
  let seen = 0
  let at = 0
  for (const character of text) {
    const size = lettersOf(character).length
    if (seen >= count && size > 0) return at - openingBefore(text, at)
    seen += size
    at += character.length
  }
  return text.length
}

function openingBefore(text: string, at: number): number {
  return OPENING.exec(text.slice(Math.max(0, at - 80), at))?.[0].length ?? 0
}

function putLine(before: Element | undefined, words: string, value: string): void {
  if (before === undefined) return
  const line = before.ownerDocument.createElement('div')
  line.setAttribute(FOLD_LINE_MARK, value)
  line.textContent = words
  before.parentNode?.insertBefore(line, before)
}
