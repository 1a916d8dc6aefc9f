// Every RFC that src cites has its row in docs/rfc.md: what we do of it, and where.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeFiles, findAll } from './source-files.mjs'

export const headline = 'cited RFCs registered'
export const unit = 'citations'

export default function check(root) {
  const register = join(root, 'docs/rfc.md')
  const rows = existsSync(register) ? readFileSync(register, 'utf8') : ''
  const listed = new Set([...rows.matchAll(/^\|[^|\d]*(\d{3,5})\b/gm)].map(match => match[1]))
  const cited = codeFiles(root, ['src']).flatMap(citationsIn)
  const places = Map.groupBy(
    cited.filter(({ rfc }) => !listed.has(rfc)),
    ({ rfc }) => rfc,
  )
  const faults = [...places].map(([rfc, found]) => {
    const where = [...new Set(found.map(({ at }) => at))].slice(0, 3).join(', ')
    return `RFC ${rfc} has no row in docs/rfc.md; cited in ${where}`
  })
  return { read: cited.length, faults }
}

/** `RFC 5321 §4.2` and `RFC 3834, 3464`; not RFC822.SIZE, which is a name of IMAP. */
function citationsIn(file) {
  return findAll(file, /\bRFCs? (\d{3,5}(?:(?:, | and )\d{3,5}\b)*)/g).flatMap(({ at, match }) =>
    match[1].split(/, | and /).map(rfc => ({ at, rfc })),
  )
}
