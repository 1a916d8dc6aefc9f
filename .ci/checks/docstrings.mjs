// Every exported function of src says a fact its signature cannot show.
import { codeFiles } from './source-files.mjs'

export const headline = 'exported functions documented'
export const unit = 'functions'

// How Biome writes an exported function: a declaration, or a constant that holds an arrow or a function.
const EXPORTED =
  /^export (?:default )?(?:async )?function\*? ?(\w*)|^export const (\w+)(?::[^=]+)? = (?:async )?(?:function\b|\(|<|\w+ =>)/

export default function check(root) {
  const faults = []
  let read = 0
  for (const { path, lines } of codeFiles(root, ['src'])) {
    for (const [index, line] of lines.entries()) {
      const found = EXPORTED.exec(line)
      if (!found || isValue(lines, index) || isOverload(lines, index)) continue
      read += 1
      const name = found[1] || found[2] || 'default'
      const fault = faultOf(name, docAbove(lines, index))
      if (fault) faults.push(`${path}:${index + 1} ${name}: ${fault}`)
    }
  }
  return { read, faults }
}

/** `export const x = (a + b)` and `= (await y)` open a bracket too: a function has an arrow behind it. */
function isValue(lines, index) {
  if (!/^export const/.test(lines[index])) return false
  const head = lines
    .slice(index, index + 12)
    .join('\n')
    .split(/\n(?=\S)(?![)\]}>])/)[0]
  return !/=>|= (?:async )?function\b/.test(head)
}

/** The implementation below overload signatures; the first signature carries the docstring. */
function isOverload(lines, index) {
  const name = /function\*? (\w+)/.exec(lines[index])?.[1]
  return (
    name !== undefined &&
    new RegExp(`^export (?:async )?function ${name}\\b.*[^{]$`).test(lines[index - 1] ?? '')
  )
}

function docAbove(lines, index) {
  if (!lines[index - 1]?.trim().endsWith('*/')) return undefined
  let start = index - 1
  while (start > 0 && !lines[start].trim().startsWith('/*')) start -= 1
  const text = lines.slice(start, index).join('\n')
  return text.trim().startsWith('/**') ? text : undefined
}

const FILLER = new Set(
  'a an the this that of for to in on at by with and or is are be it its from into as given function returns return param params see if when'.split(
    ' ',
  ),
)

function faultOf(name, doc) {
  if (doc === undefined) return 'has no docstring'
  const nameWords = words(name.replace(/([a-z0-9])([A-Z])/g, '$1 $2'))
  const added = words(doc).filter(
    word => !FILLER.has(word) && !nameWords.some(known => sameStem(known, word)),
  )
  return new Set(added).size < 2 ? 'its docstring only repeats the name' : undefined
}

const words = text => text.toLowerCase().match(/[\p{L}\d]+/gu) ?? []
const sameStem = (a, b) => a.slice(0, 4) === b.slice(0, 4) && Math.abs(a.length - b.length) <= 3
