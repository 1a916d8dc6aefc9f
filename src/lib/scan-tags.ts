import type { TemplateProblem, TemplateProblemCode } from './template-problem.ts'

/** One `{{…}}` that our language has, with its place in the source. `block` is of what opens or closes one. */
export type Tag = { start: number; end: number; kind: TagKind; block: string }
export type TagKind = 'value' | 'open' | 'close' | 'else' | 'comment'

const maxTags = 500
const maxTagChars = 120
const maxProblems = 20
const maxShownChars = 60
const longEnd = /--~?\}\}/g

/**
 * Finds every tag of a source and refuses each that is not ours, before Handlebars sees it: its parser
 * takes 18 s for 28 kB of nested `(`. Linear: a tag ends within 120 characters or is a problem.
 *
 * @returns the tags up to the first problem of their order, and at most 20 problems with exact places
 */
export function scanTags(source: string): { tags: Tag[]; problems: TemplateProblem[] } {
  const tags: Tag[] = []
  const problems: TemplateProblem[] = []
  const placeOf = placeFinder(source)
  const refuse = (code: TemplateProblemCode, at: number, name: string) =>
    problems.push({ code, ...placeOf(at), name: name.slice(0, maxShownChars) })
  let at = source.indexOf('{{')
  while (at >= 0 && problems.length < maxProblems) {
    if (tags.length >= maxTags) {
      refuse('too-many-tags', at, '')
      break
    }
    const end = endOf(source, at)
    if (end === undefined) {
      refuse('unclosed-tag', at, source.slice(at, at + 20))
      break
    }
    const tag = readTag(source, at, end)
    if ('code' in tag) refuse(tag.code, at, source.slice(at, end))
    else tags.push({ ...tag, start: at, end })
    at = source.indexOf('{{', end)
  }
  return { tags, problems }
}

/** Line and column of an offset, both from 1; offsets asked for in ascending order cost one walk in all. */
export function placeFinder(source: string): (offset: number) => { line: number; column: number } {
  let line = 1
  let lineStart = 0
  let walked = 0
  return offset => {
    if (offset < walked) [line, lineStart, walked] = [1, 0, 0]
    for (let next = source.indexOf('\n', walked); next >= 0 && next < offset; ) {
      line += 1
      lineStart = next + 1
      next = source.indexOf('\n', lineStart)
    }
    walked = Math.max(walked, lineStart)
    return { line, column: offset - lineStart + 1 }
  }
}

/**
 * The source with its comments emptied, at the same places: what Handlebars is given, so that nothing this
 * file has not read as a tag reaches its parser.
 */
export function withoutComments(source: string, tags: readonly Tag[]): string {
  let out = ''
  let at = 0
  for (const { kind, start, end } of tags) {
    if (kind !== 'comment') continue
    const inside = source.slice(start + 3, end - 2)
    out += `${source.slice(at, start)}{{!${inside.replace(/[^\r\n]/g, ' ')}}}`
    at = end
  }
  return out + source.slice(at)
}

/** The offset behind a tag; of a comment `{{!-- … --}}` the whole of it, which `--~}}` ends as well. */
function endOf(source: string, start: number): number | undefined {
  if (source.startsWith('{{!--', start)) {
    longEnd.lastIndex = start + 3
    return longEnd.test(source) ? longEnd.lastIndex : undefined
  }
  const isComment = source.startsWith('{{!', start)
  const within = isComment ? source.slice(start) : source.slice(start, start + maxTagChars)
  const end = within.indexOf('}}', 2)
  if (end < 0) return undefined
  // `{{{name}}}` is one tag, as Handlebars reads it.
  const behind = start + end + 2
  return !isComment && source[start + 2] === '{' && source[behind] === '}' ? behind + 1 : behind
}

const variable = '[a-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*'
const shapes: readonly [TagKind, RegExp][] = [
  ['comment', /^!(?!.*~$)/s], // a tilde would take the space behind it away
  ['else', /^(?:else|\^)$/],
  ['close', /^\/(?<block>if|unless|each)$/],
  ['open', new RegExp(`^#(?<block>if|unless|each) +(?<name>${variable})$`)],
  ['value', new RegExp(`^(?<name>${variable})$`)],
]

function readTag(
  source: string,
  start: number,
  end: number,
): Pick<Tag, 'kind' | 'block'> | { code: TemplateProblemCode } {
  const whole = source.slice(start, end)
  if (whole.startsWith('{{{') || /^\{\{~?&/.test(whole)) return { code: 'raw-output' }
  if (source[start - 1] === '\\') return { code: 'not-allowed' } // an escaped tag: Handlebars would not see it as one
  const inside = whole.slice(2, -2).trim()
  for (const [kind, shape] of shapes) {
    const match = shape.exec(inside)
    if (match === null) continue
    // What every object inherits is no name of ours, whatever may look it up.
    if ((match.groups?.name ?? '') in Object.prototype) return { code: 'not-allowed' }
    return { kind, block: match.groups?.block ?? '' }
  }
  return { code: 'not-allowed' }
}
