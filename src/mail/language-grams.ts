import table from './language-grams.json' with { type: 'json' }

let grams: Map<string, string> | undefined

/**
 * The points a piece of a word speaks for each language with, by tag; none for most pieces.
 *
 * The 34,000 lines become a map when the first mail asks, so that processes that read no mail do without.
 * Points are kept as text: as objects they would cost each reader 10 MB.
 *
 * @param gram bytes as letters (latin1), a space for the edge of a word
 */
export function gramPoints(gram: string): { tag: string; points: number }[] {
  grams ??= new Map(table.lines.split('\n').map(splitLine))
  const found = grams.get(gram)
  if (found === undefined) return []
  return found.split(' ').map(one => ({ tag: one.slice(0, 2), points: Number(one.slice(2)) }))
}

function splitLine(line: string): [string, string] {
  const at = line.indexOf('\t')
  return [line.slice(0, at), line.slice(at + 1)]
}
