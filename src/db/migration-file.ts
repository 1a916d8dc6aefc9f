import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../lib/app-error.ts'

/** One file of `migrations/`, with what its header says. */
export type MigrationFile = {
  /** `0042_ticket_snooze.sql` */
  name: string
  sql: string
  /** Hex SHA-256 of the bytes: a landed file never changes. */
  sha256: string
  /** `-- breaking: yes`: code that does not know the file may not run on its schema. */
  isBreaking: boolean
  /** `-- transaction: no`: each statement commits by itself, for an index built concurrently. */
  isInTransaction: boolean
  /** `-- lock_timeout: 1s` and `-- statement_timeout: 30s` unless the header says otherwise. */
  lockTimeout: string
  statementTimeout: string
}

/**
 * Reads the folder in the order of the numbers.
 *
 * @throws AppError `bad-migration` for a name that is not `0042_words.sql`, a number twice or a gap
 */
export async function readMigrationFiles(folder: string): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.sql')).sort()
  names.forEach((name, index) => {
    if (/^\d{4}_[a-z0-9_]+\.sql$/.test(name) && Number(name.slice(0, 4)) === index + 1) return
    throw new AppError('bad-migration', `${name} should be number ${index + 1}, named like 0042_words.sql`, {
      name,
    })
  })
  return await Promise.all(names.map(async name => readHeader(name, await readFile(join(folder, name)))))
}

/**
 * Splits a file that runs outside a transaction: a statement ends with `;` at the end of a line.
 * Function bodies do not belong in such a file.
 */
export function splitStatements(sql: string): string[] {
  return sql
    .replace(/^\s*--.*$/gm, '')
    .split(/;[ \t]*$/m)
    .map(statement => statement.trim())
    .filter(statement => statement !== '')
}

function readHeader(name: string, bytes: Buffer): MigrationFile {
  const sql = bytes.toString('utf8')
  const header = (word: string) => new RegExp(`^-- ${word}:[ \\t]*(\\S.*?)[ \\t]*$`, 'm').exec(sql)?.[1]
  const isInTransaction = header('transaction') !== 'no'
  return {
    name,
    sql,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    isBreaking: header('breaking') === 'yes',
    isInTransaction,
    lockTimeout: header('lock_timeout') ?? '1s',
    statementTimeout: header('statement_timeout') ?? (isInTransaction ? '30s' : '0'),
  }
}
