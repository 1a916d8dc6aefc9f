/** Marks what a fold hides; a rule in the frame's own style acts on it. */
export const QUOTED_MARK = 'data-quoted'

/**
 * Marks the quoted history in the document of a mail, so that it can be folded away and shown again.
 * Nothing is removed.
 *
 * The server told the new words apart (`visibleText`, the beginning of `text`); here only the place
 * where they end is looked for, comparing letters and digits alone, as spacing differs between HTML and
 * text. Link texts differ too, so where the end of the new words is not found the beginning of the
 * quoted ones is. When the place is not certain, nothing is marked and all is shown.
 *
 * @returns whether anything was marked
 */
export function markQuotes(mail: Document, words: { text: string; visibleText: string }): boolean {
  const visible = lettersOf(words.visibleText)
  if (visible === '' || mail.body === null) return false
  const pieces = textPieces(mail)
  const all = pieces.map(piece => piece.letters).join('')
  const end = endOf(all, visible) ?? startOf(all, lettersOf(words.text).slice(visible.length))
  if (end === undefined) return false
  const last = pieces.find(piece => piece.endAt >= end)
  if (last === undefined || last.endAt > end) return false
  return markAfter(mail, last.node)
}

// The last words of the visible text find its end where the beginnings differ; fewer than 14 letters could be anywhere.
const TAIL_LETTERS = [60, 30, 14]

type Piece = { node: Text; letters: string; endAt: number }

function textPieces(mail: Document): Piece[] {
  const pieces: Piece[] = []
  const walker = mail.createTreeWalker(mail.body, NodeFilter.SHOW_TEXT)
  let endAt = 0
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const letters = lettersOf(node.textContent ?? '')
    endAt += letters.length
    if (letters !== '') pieces.push({ node: node as Text, letters, endAt })
  }
  return pieces
}

function endOf(all: string, visible: string): number | undefined {
  if (all.startsWith(visible)) return visible.length
  for (const letters of TAIL_LETTERS) {
    const tail = visible.slice(-letters)
    const at = all.indexOf(tail)
    const isOnly = at >= 0 && all.indexOf(tail, at + 1) < 0
    if (isOnly && tail.length === letters) return at + letters
  }
  return undefined
}

// The first words of the quoted text are its heading (`On … wrote:`), the same in both.
function startOf(all: string, quoted: string): number | undefined {
  for (const letters of TAIL_LETTERS) {
    const head = quoted.slice(0, letters)
    const at = all.indexOf(head)
    if (at > 0 && head.length === letters && all.indexOf(head, at + 1) < 0) return at
  }
  return undefined
}

function markAfter(mail: Document, start: Node): boolean {
  let hasMarked = false
  for (let node: Node | null = start; node !== null && node !== mail.body; node = node.parentNode) {
    for (const next of followingSiblings(node)) hasMarked = mark(mail, next) || hasMarked
  }
  return hasMarked
}

// A list of its own: marking wraps texts, which moves them.
function followingSiblings(node: Node): Node[] {
  const siblings: Node[] = []
  for (let next = node.nextSibling; next !== null; next = next.nextSibling) siblings.push(next)
  return siblings
}

function mark(mail: Document, node: Node): boolean {
  if (node.nodeType === Node.ELEMENT_NODE) {
    ;(node as Element).setAttribute(QUOTED_MARK, '')
    return (node.textContent ?? '').trim() !== ''
  }
  if (node.nodeType !== Node.TEXT_NODE || (node.textContent ?? '').trim() === '') return false
  const wrap = mail.createElement('span')
  wrap.setAttribute(QUOTED_MARK, '')
  node.parentNode?.insertBefore(wrap, node)
  wrap.append(node)
  return true
}

function lettersOf(text: string): string {
  // Lower case, as the text of an HTML heading may be in capitals.
  return text.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase()
}
