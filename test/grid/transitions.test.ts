import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TRANSITIONS } from '../../src/lib/transitions.ts'
import { CELLS, FAULTS, nameOf } from './cells.ts'
import { listWriters, WRITERS } from './writers.ts'

const root = new URL('../..', import.meta.url).pathname

test('whatever writes a row of the ledger or the outbox has its points in the grid, or says why not', () => {
  expect(listWriters(root)).toEqual(Object.keys(WRITERS).sort())
})

test('each point stands in the product, belongs to a writer or to bytes, and has a cell for each fault', () => {
  const source = globSync('src/**/*.ts', { cwd: root, exclude: ['src/lib/transitions.ts'] })
    .map(path => readFileSync(join(root, path), 'utf8'))
    .join('\n')
  const written = new Set(Object.values(WRITERS).flatMap(writer => ('points' in writer ? writer.points : [])))
  const betweenWrites = ['mail-bytes-kept', 'mail-read', 'reply-answered', 'reply-bytes-kept']
  const ofBytes = ['blobs-freed', 'pack-copied', 'pack-moved', 'pack-emptied']

  expect(TRANSITIONS.filter(point => !source.includes(`'${point}'`))).toEqual([])
  expect(TRANSITIONS.filter(point => !written.has(point)).sort()).toEqual(
    [...betweenWrites, ...ofBytes].sort(),
  )
  expect(new Set(CELLS.map(nameOf)).size).toBe(TRANSITIONS.length * FAULTS.length)
})
