// Every document that code, tests and docs cite is in this repository: who has nothing else must understand them.
// Landed migrations never change, so they are not read; test/check makes trees of its own.
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findAll, sourceFiles } from './source-files.mjs'

export const headline = 'cited documents are here'
export const unit = 'citations'

const FOLDERS = ['src', 'test', 'docs', 'config', 'templates', '.ci']
const ENDINGS = ['.ts', '.tsx', '.mjs', '.css', '.sql', '.yml', '.html', '.md']
const DECISIONS = 'docs/decisions'

export default function check(root) {
  const files = [...sourceFiles(root, FOLDERS, ENDINGS), ...sourceFiles(root, ['.'], ['./README.md'])]
  const cited = files.filter(({ path }) => !path.startsWith('test/check/')).flatMap(citationsIn)
  const decisions = existsSync(join(root, DECISIONS)) ? readdirSync(join(root, DECISIONS)) : []
  const isThere = ({ path, from, number }) =>
    number === undefined
      ? ['', 'docs', DECISIONS, from].some(folder => existsSync(join(root, folder, path)))
      : decisions.some(name => name.startsWith(`${number}-`))
  return {
    read: cited.length,
    faults: cited
      .filter(one => !isThere(one))
      .map(({ at, path }) => `${at} cites ${path}, which is not here`),
  }
}

/** `docs/rfc.md`, also from its own folder or docs; and a decision by its number alone, `docs/decisions/0044`. */
function citationsIn(file) {
  const from = dirname(file.path)
  const documents = findAll(file, /(?<![\w/.:*-])(?:[\w.-]+\/)*[\w-]+\.md\b/g)
  const decisions = findAll(file, /(?<![\w/.-])docs\/decisions\/(\d{4})(?![\d-])/g)
  return [...documents, ...decisions].map(({ at, match }) => ({ at, path: match[0], from, number: match[1] }))
}
