import table from './language-grams.json' with { type: 'json' }

const PAIR = 4_096 // more than the points a piece may have
const tags: string[] = []
let grams: Map<string, string | readonly number[]> | undefined

/** Adds the points of a language to those it has. */
export type AddPoints = (tag: string, points: number) => void

/**
 * Tells the points a piece of a word speaks for each language with; none for most pieces.
 *
 * The 34,000 lines become a map when the first mail asks, so that processes that read no mail do without.
 * Points are kept as text until they are asked for, then as one number with their language: as objects they would cost
 * each reader 10 MB.
 *
 * @param gram bytes as letters (latin1), a space for the edge of a word
 */
export function addGramPoints(gram: string, add: AddPoints): void {
  grams ??= new Map(table.lines.split('\n').map(splitLine))
  const found = grams.get(gram)
  if (found === undefined) return
  const pairs = typeof found === 'string' ? found.split(' ').map(toPair) : found
  if (pairs !== found) grams.set(gram, pairs)
  for (const pair of pairs) add(tags[Math.floor(pair / PAIR)] ?? '', pair % PAIR)
}

function toPair(one: string): number {
  const tag = one.slice(0, 2)
  if (!tags.includes(tag)) tags.push(tag)
  return tags.indexOf(tag) * PAIR + Number(one.slice(2))
}

function splitLine(line: string): [string, string] {
  const at = line.indexOf('\t')
  return [line.slice(0, at), line.slice(at + 1)]
}
