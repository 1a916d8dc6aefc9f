// Migrations say why and what they lock, take no lock that stops the desk, and never change once landed.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sourceFiles } from './source-files.mjs'

export const headline = 'migrations'
export const unit = 'files'

const NAME = /^migrations\/(\d{4})_[a-z0-9_]+\.sql$/

export default function check(root) {
  const files = sourceFiles(root, ['migrations'], ['.sql'])
  const faults = files.flatMap(file => [
    ...headerFaults(file),
    ...lockFaults(file),
    ...landedFaults(root, file),
  ])
  return { read: files.length, faults: [...faults, ...numberFaults(files), ...removedFaults(root, files)] }
}

function headerFaults({ path, lines }) {
  const header = lines.slice(0, 40)
  const faults = ['Why', 'Locks']
    .filter(word => !header.some(line => new RegExp(`^-- ${word}:\\s*\\S.{5}`).test(line)))
    .map(word => `${path}: no "-- ${word}:" line at its head`)
  return NAME.test(path) ? faults : [...faults, `${path}: its name is not 0001_what_it_does.sql`]
}

function numberFaults(files) {
  const seen = new Map()
  return files.flatMap(({ path }) => {
    const number = NAME.exec(path)?.[1]
    const other = seen.get(number)
    seen.set(number, path)
    return other && number ? [`${path}: number ${number} is taken by ${other}`] : []
  })
}

/**
 * Statements that rewrite a big table or hold its lock (5M rows). `onNew`: harmless on a table the
 * same file makes. `inTransaction`: harmless in a file with `-- transaction: no`.
 */
const REFUSED = [
  {
    pattern: /\bcreate\s+(?:unique\s+)?index\s+(?!concurrently)(?:[\s\S]*?)\bon\s+(?:only\s+)?([\w."]+)/gi,
    says: 'create index without concurrently blocks writes',
    onNew: true,
    inTransaction: true,
  },
  {
    pattern:
      /\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."]+)[^;]*?\badd\s+constraint\b(?![^;]*\b(?:not\s+valid|using\s+index)\b)/gi,
    says: 'add constraint without not valid scans the table',
    onNew: true,
  },
  {
    pattern:
      /\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."]+)[^;]*?\badd\s+(?:column\s+)?[^;]*?\bdefault\s+(?:random|gen_random_uuid|uuid_generate_v\d|clock_timestamp|timeofday|nextval)\s*\(/gi,
    says: 'a volatile default rewrites the table',
    onNew: true,
  },
  {
    pattern:
      /\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."]+)[^;]*?\badd\s+(?:column\s+)?[^;]*?\bgenerated\s+always\s+as\s+(?:identity\b|\()/gi,
    says: 'a generated column rewrites the table',
    onNew: true,
  },
  {
    pattern:
      /\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."]+)[^;]*?\balter\s+(?:column\s+)?[\w"]+\s+(?:set\s+data\s+)?type\b/gi,
    says: 'alter type rewrites the table',
    onNew: true,
  },
  {
    pattern: /\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."]+)[^;]*?\bset\s+not\s+null\b/gi,
    says: 'set not null scans the table: validate a check (… is not null) first',
    onNew: true,
    unless: /\bvalidate\s+constraint\b/i,
  },
  {
    pattern: /^\s*update\s+(?:only\s+)?([\w."]+)\b(?![^;]*\bwhere\b[^;]*(?:\bbetween\b|[<>]))/gim,
    says: 'update without a key range: backfills are jobs',
    onNew: true,
  },
]

function lockFaults({ path, text }) {
  const sql = text.replace(/--[^\n]*/g, '').replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, "''")
  const isOutside = /^-- transaction: no\b/m.test(text)
  const made = new Set(
    [...sql.matchAll(/\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?([\w."]+)/gi)].map(match =>
      match[1].toLowerCase(),
    ),
  )
  return REFUSED.flatMap(({ pattern, says, onNew, inTransaction, unless }) => {
    if (inTransaction && isOutside) return []
    if (unless?.test(sql)) return []
    return [...sql.matchAll(pattern)]
      .filter(match => !(onNew && made.has(match[1].toLowerCase())))
      .map(match => `${path}: ${says} (table ${match[1]})`)
  })
}

/**
 * A landed file equals what the first commit that had it says. One rewritten before anybody could run
 * it stands in migrations/rewritten.json as { file: { sha256, why } }.
 */
function landedFaults(root, { path, text }) {
  const first = git(root, ['log', '--diff-filter=A', '--format=%H', '--', path])?.trim().split('\n').at(-1)
  if (!first) return []
  const landed = git(root, ['show', `${first}:${path}`])
  if (landed === undefined || landed === text) return []
  const known = rewritten(root)[path.split('/').at(-1)]
  if (known?.why && known.sha256 === createHash('sha256').update(text).digest('hex')) return []
  return [`${path}: landed in ${first.slice(0, 9)} and differs now; write a new migration`]
}

function removedFaults(root, files) {
  const here = new Set(files.map(({ path }) => path))
  const landed = git(root, ['ls-tree', '-r', '--name-only', 'HEAD', 'migrations/']) ?? ''
  return landed
    .split('\n')
    .filter(path => path.endsWith('.sql') && !here.has(path))
    .map(path => `${path}: landed and is gone now`)
}

function rewritten(root) {
  const file = join(root, 'migrations/rewritten.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

/** Undefined outside a repository, as in an unpacked archive: then nothing can be compared. */
function git(root, args) {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}
