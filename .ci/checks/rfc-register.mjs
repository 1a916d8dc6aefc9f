// Every RFC that src cites has its row in docs/rfc.md: what we do of it, where, and which test says so.
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
  return { read: cited.length, faults: [...faults, ...testFaults(root, rows)] }
}

/** The last cell of a row names tests that exist, or says by a dash that none asks for just this. */
function testFaults(root, register) {
  return [...register.matchAll(/^\| (\d{3,5})\b.*\| ([^|]*?) \|$/gm)].flatMap(([, rfc, cell]) => {
    if (cell === '—') return []
    const tests = [...cell.matchAll(/`([^`]+)`/g)].map(match => match[1])
    if (tests.length === 0) return [`RFC ${rfc} names no test in docs/rfc.md`]
    const missing = tests.filter(test => !existsSync(join(root, 'test', `${test}.test.ts`)))
    return missing.map(test => `RFC ${rfc} names test/${test}.test.ts in docs/rfc.md, which is not there`)
  })
}

/** `RFC 5321 §4.2` and `RFC 3834, 3464`; not RFC822.SIZE, which is a name of IMAP. */
function citationsIn(file) {
  return findAll(file, /\bRFCs? (\d{3,5}(?:(?:, | and )\d{3,5}\b)*)/g).flatMap(({ at, match }) =>
    match[1].split(/, | and /).map(rfc => ({ at, rfc })),
  )
}
