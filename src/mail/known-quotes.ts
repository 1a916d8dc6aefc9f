/** How the lines of a mail compare with texts that were written before it. */
export type KnownLines = {
  /** 1 where most words of the line stand in a known text in the same order; by line. */
  isKnown: Uint8Array
  /** The number of words of the line that stand in a known text, and that stand in none. */
  words: Uint16Array
  newWords: Uint16Array
}

// Five words in a row: rarer than any phrase that two people use by themselves, and short enough for one line.
const GRAM_WORDS = 5
const MAX_WORDS = 60_000
const KNOWN_SHARE = 0.7

/**
 * Finds the lines of a mail that repeat texts we hold: the mails it answers. Quotes are found so even
 * without any mark, wrapped anew or with other marks in front, since only letters and digits are
 * compared, in rows of five words that run over line ends. Links are left out, as programs rewrite
 * them. Linear in both; looks at the first 60,000 words of each.
 */
export function compareWithKnown(lines: readonly string[], known: readonly string[]): KnownLines {
  const { words, lineOf } = readWords(lines)
  const isCovered = coverage(words, gramsOf(known))
  const count = lines.length
  const result = {
    isKnown: new Uint8Array(count),
    words: new Uint16Array(count),
    newWords: new Uint16Array(count),
  }
  for (const [at, line] of lineOf.entries()) {
    const counts = isCovered[at] === 1 ? result.words : result.newWords
    counts[line] = (counts[line] ?? 0) + 1
  }
  for (let at = 0; at < count; at++) {
    const [old = 0, fresh = 0] = [result.words[at], result.newWords[at]]
    if (old > 0 && old / (old + fresh) >= KNOWN_SHARE) result.isKnown[at] = 1
  }
  return result
}

/** The words of all lines in order, and the line of each. */
function readWords(lines: readonly string[]): { words: string[]; lineOf: number[] } {
  const words: string[] = []
  const lineOf: number[] = []
  for (let at = 0; at < lines.length && words.length < MAX_WORDS; at++) {
    for (const word of wordsOf(lines[at] ?? '')) {
      words.push(word)
      lineOf.push(at)
    }
  }
  return { words, lineOf }
}

function gramsOf(known: readonly string[]): Set<string> {
  const grams = new Set<string>()
  for (const text of known) {
    const words: string[] = []
    for (const line of text.split('\n', MAX_WORDS)) {
      words.push(...wordsOf(line))
      if (words.length > MAX_WORDS) break
    }
    for (const gram of rowsOf(words)) grams.add(gram)
  }
  return grams
}

function coverage(words: readonly string[], grams: ReadonlySet<string>): Uint8Array {
  const isCovered = new Uint8Array(words.length)
  for (const [at, gram] of rowsOf(words).entries()) {
    if (grams.has(gram)) isCovered.fill(1, at, at + GRAM_WORDS)
  }
  return isCovered
}

/** Each five words in a row, as views of one text: to join each row anew takes three times as long. */
function rowsOf(words: readonly string[]): string[] {
  const text = words.join(' ')
  const starts = [0]
  for (const word of words) starts.push((starts.at(-1) ?? 0) + word.length + 1)
  const rows: string[] = []
  for (let at = 0; at + GRAM_WORDS <= words.length; at++)
    rows.push(text.slice(starts[at], (starts[at + GRAM_WORDS] ?? 0) - 1))
  return rows
}

const MAX_LINE_CHARS = 20_000
const MAX_LINE_WORDS = 4_000

/** Words in lower case, without links and what programs write for pictures. */
function wordsOf(line: string): string[] {
  const text = line
    .slice(0, MAX_LINE_CHARS)
    .replace(
      /https?:\/\/\S{1,4000}|www\.\S{1,1000}|mailto:\S{1,400}|<[^\s<]{1,4000}>|\[(?:image|cid):[^\][]{0,300}\]/gi,
      ' ',
    )
  return (text.toLowerCase().match(/[\p{L}\p{N}]{1,100}/gu) ?? []).slice(0, MAX_LINE_WORDS)
}
