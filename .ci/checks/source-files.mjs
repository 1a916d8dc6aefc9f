// The files the checks read: path below the root, text, lines.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const NOT_OURS = new Set(['node_modules', 'dist', 'data', '.git'])

/** Every file below `root`'s `folders` with one of the endings, in a stable order; missing folders are empty. */
export function sourceFiles(root, folders, endings) {
  return folders
    .flatMap(folder => listBelow(root, folder))
    .filter(path => endings.some(end => path.endsWith(end)))
    .sort()
    .map(path => {
      const text = readFileSync(join(root, path), 'utf8')
      return { path, text, lines: text.split('\n') }
    })
}

function listBelow(root, folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = `${folder}/${entry.name}`
    if (NOT_OURS.has(entry.name)) return []
    return entry.isDirectory() ? listBelow(root, path) : [path]
  })
}

/** TypeScript and JavaScript of src, test, .ci and config; `src/db/schema.ts` is generated. */
export function codeFiles(root, folders = ['src', 'test', '.ci', 'config']) {
  return sourceFiles(root, folders, ['.ts', '.tsx', '.mjs']).filter(({ path }) => path !== 'src/db/schema.ts')
}

/** The line number (from 1) of an offset in a text. */
export function lineAt(text, offset) {
  return text.slice(0, offset).split('\n').length
}

/** Each match of a pattern as `path:line`, with the match. */
export function findAll({ path, text }, pattern) {
  return [...text.matchAll(pattern)].map(match => ({ at: `${path}:${lineAt(text, match.index)}`, match }))
}
