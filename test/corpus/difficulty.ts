import type { ScoredCase } from './score-set.ts'

/** Kinds of difficulty, the first that fits counts: by what a source says of the case, then by its keys. */
const KINDS: readonly (readonly [string, (one: ScoredCase) => boolean])[] = [
  ['winmail.dat', one => hasTag(one, /^tnef/) || one.stated.includes('tnef_files')],
  ['malformed', one => hasTag(one, /malformed|broken|error_emails|partial|cr-line-ends|fuzz/)],
  ['charset: odd or missing label', one => hasTag(one, /odd-label|raw-8bit|unlabell?ed|no-label/)],
  ['charset', one => hasTag(one, /^synthetic$|multi_charset|^iso-|^windows-|^koi8|^utf-/i)],
  ['encoded names and headers', one => hasTag(one, /^rfc(2047|2231)$/)],
  ['signed or encrypted', one => hasTag(one, /pgp|smime|crypto|pkcs7|gnupg/)],
  ['complaint', one => hasTag(one, /^arf$/) || one.row.is_complaint === true],
  ['bounce: RFC 3464', one => one.row.is_bounce === true && hasTag(one, /^rfc3464$/)],
  ['bounce of one server’s making', one => one.row.is_bounce === true],
  ['not a bounce, though it looks so', one => one.row.is_bounce === false && hasTag(one, /host|report/)],
  ['automatic', one => one.row.is_auto === true || hasTag(one, /^rfc3834$/)],
  ['reply: HTML', one => one.row.kind === 'html'],
  ['reply: text', one => one.row.kind === 'text'],
  ['threads', one => 'thread_corpus' in one.row],
  ['attachments', one => one.stated.some(key => /^attachments|filename/.test(key))],
  ['headers and text', one => one.stated.some(key => !/^must_|^max_/.test(key))],
  ['robustness alone', one => one.stated.length > 0],
]

/** The kind of difficulty a case is counted under. */
export function difficultyOf(one: ScoredCase): string {
  return KINDS.find(([, fits]) => fits(one))?.[0] ?? 'nothing stated'
}

function hasTag({ row }: ScoredCase, pattern: RegExp): boolean {
  return row.tags?.some(tag => pattern.test(tag)) ?? false
}
