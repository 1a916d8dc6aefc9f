// What a file may not hold: too many lines, catch-all names, swallowed failures, loose ends.
import { codeFiles, findAll } from './source-files.mjs'

export const headline = 'shape of files'
export const unit = 'files'

const MAX_LINES = 400
// Biome counts fewer: it leaves out what JSX and literals spread over.
const MAX_FUNCTION_LINES = 80
// How Biome writes a function that no other one holds, from its first line to its last.
const FUNCTION_BEGINS =
  /^(?:export )?(?:default )?(?:(?:async )?function\*? ?(\w*)|const (\w+)(?::[^=]+)? = .*(?:function\b|=> [{(]$|\($))/
const FUNCTION_ENDS = /^[}\])]/
const BANNED_NAMES =
  /(?:^|\/)(?:index\.tsx?|(?:[\w-]+[-.])?(?:utils?|helpers?|manager|service)\.(?:tsx?|mjs))$/

/** A rule: what it looks for, in which files, and the sentence a person reads. */
const RULES = [
  {
    pattern: /\bcatch\s*(?:\([^)]*\)\s*)?\{(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*\}/g,
    says: 'an empty catch: handle it, add facts and rethrow, or let it pass',
  },
  {
    pattern:
      /\.catch\(\s*(?:\)|(?:async )?(?:\(\w*\)|\w+) => \{(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*\}|noop\b)/g,
    says: 'a .catch() that handles nothing',
  },
  {
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b(?! ?\(#\d+\))/g,
    says: 'an open end without an issue number: TODO(#n)',
  },
  { pattern: /@ts-(?:ignore|nocheck)\b/g, says: 'types switched off: use @ts-expect-error with a reason' },
  { pattern: /@ts-expect-error(?!:? ?\S.{9})/g, says: '@ts-expect-error without a reason behind it' },
  { pattern: /biome-ignore [\w/]+:? *(?:<explanation>|\n|\*\/)/g, says: 'a suppression without a reason' },
  {
    pattern: /\.\.\.\(*\{/g,
    says: 'a spread of a literal, which only packs lines: write its properties as they are',
  },
  {
    pattern: /\bprocess\.env\b/g,
    within: path => path.startsWith('src/') && path !== 'src/config.ts' && path !== 'src/start.mjs',
    says: 'the environment is read in src/config.ts only',
  },
  {
    pattern: /\bvi\.(?:mock|doMock)\(\s*(?:import\()?['"](?:\.|\/|#)/g,
    within: isTest,
    says: 'a mock of our own module: use the real thing',
  },
  {
    pattern:
      /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|only|todo|skipIf|runIf|fails)\b|\bcontext\.skip\(/g,
    within: isTest,
    says: 'a test that does not run, or keeps others from running',
  },
  {
    pattern:
      /\bawait (?:sleep|delay|wait|pause)\(|\bsetTimeout\((?:resolve|done|\(\) => resolve)|from 'node:timers\/promises'/g,
    within: path => isTest(path) && !path.startsWith('test/support/'),
    says: 'waiting for time: wait for a condition (or say `// time passes: why` above it)',
    excuse: /\/\/ time passes: \S/,
  },
]

function isTest(path) {
  return path.startsWith('test/')
}

export default function check(root) {
  // The breaches that test/check plants stand in its texts.
  const files = codeFiles(root).filter(
    ({ path }) => !path.startsWith('test/check/') && path !== '.ci/checks/shape.mjs',
  )
  return { read: files.length, faults: files.flatMap(faultsOfFile) }
}

function faultsOfFile(file) {
  const faults = RULES.flatMap(rule => faultsOfRule(file, rule))
  const count = file.lines.length - (file.text.endsWith('\n') ? 1 : 0)
  if (count > MAX_LINES) faults.push(`${file.path}: ${count} lines, at most ${MAX_LINES}`)
  if (BANNED_NAMES.test(file.path))
    faults.push(`${file.path}: a name that says nothing; name it after what it exports`)
  return [...faults, ...longFunctions(file)]
}

/** Those of src with more lines than one sees at once, as an editor counts them. */
function longFunctions({ path, lines }) {
  if (!path.startsWith('src/')) return []
  return lines.flatMap((line, index) => {
    const found = FUNCTION_BEGINS.exec(line)
    if (found === null) return []
    const count = lengthFrom(lines, index)
    if (count <= MAX_FUNCTION_LINES) return []
    const name = found[1] || found[2] || 'default'
    return [`${path}:${index + 1} ${name}: ${count} lines, at most ${MAX_FUNCTION_LINES}; part it by subject`]
  })
}

/** Parameters on lines of their own end with a line that closes them and opens the body. */
function lengthFrom(lines, first) {
  const opens = line => /[{([]$/.test(line)
  let last = first
  if (opens(lines[first])) {
    do last += 1
    while (last < lines.length - 1 && (!FUNCTION_ENDS.test(lines[last]) || opens(lines[last])))
  }
  return last - first + 1
}

function faultsOfRule(file, { pattern, within = () => true, says, excuse }) {
  if (!within(file.path)) return []
  return findAll(file, pattern)
    .filter(({ at }) => !excuse?.test(lineAbove(file, at)))
    .map(({ at, match }) => `${at} ${match[0].split('\n')[0].trim()}: ${says}`)
}

function lineAbove({ lines }, at) {
  const line = Number(at.split(':').at(-1))
  return `${lines[line - 2] ?? ''}\n${lines[line - 1] ?? ''}`
}
