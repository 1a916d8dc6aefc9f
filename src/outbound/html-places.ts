import type { BlockNode, TemplateNode } from '../lib/parse-template.ts'
import type { TemplateProblem, TemplateProblemCode } from '../lib/template-problem.ts'

/** `commentEnd`: in a comment, its last four characters. */
type State = {
  tag: string | null
  commentEnd: string | null
  quote: string
  within: string | null
  problems: TemplateProblem[]
}
type At = { line: number; column: number }

// What runs or loads, and what makes browsers read what follows by rules of its own.
const forbidden =
  /^(?:script|iframe|object|embed|applet|form|base|link|frame|frameset|svg|math|textarea|xmp|noscript|noembed|noframes|plaintext|template)$/
const holdsNoValue = /^(?:style|title)$/
// A tag that every reader ends at the same place (HTML §13.1.2): anything else could hide where a value stands.
const plainTag =
  /^\/?[a-z][a-z0-9:-]*(?:[ \t\r\n\f]+[^\s"'<>/=]+(?:[ \t\r\n\f]*=[ \t\r\n\f]*(?:"[^"]*"|'[^']*'|[^\s"'`=<>]+))?)*[ \t\r\n\f]*\/?$/i
const doctype = /^!doctype[ \t\r\n\f]+html(?:[ \t\r\n\f]+public(?:[ \t\r\n\f]+"[^"<>]*"){1,2})?[ \t\r\n\f]*$/i
const mayRun = /<\/?(?:script|iframe|object|embed)|\son[a-z]+\s*=|javascript:/i
const whole: At = { line: 0, column: 0 }

/**
 * Where the HTML of a template may not have a value: in a tag or an attribute, where escaping does not help,
 * and in a style. `{{language}}` in quotes is ours and may. Also refused is what runs or loads by itself;
 * the page shows it cleaned besides.
 */
export function findHtmlProblems(nodes: readonly TemplateNode[]): TemplateProblem[] {
  const state: State = { tag: null, commentEnd: null, quote: '', within: null, problems: [] }
  walk(nodes, state)
  if (state.tag !== null) refuse(state, 'inside-html-tag', whole, state.tag)
  return state.problems
}

function walk(nodes: readonly TemplateNode[], state: State): void {
  for (const node of nodes) {
    if (node.is === 'text') readText(node.text, state)
    else if (node.is === 'item') lookAtValue({ ...node, name: 'this' }, state)
    else if (node.is === 'value') lookAtValue(node, state)
    else walkBlock(node, state)
  }
}

function lookAtValue(node: { name: string } & At, state: State): void {
  const isOurs = node.name === 'language' && state.quote !== ''
  if (isOpen(state) && !isOurs) refuse(state, 'inside-html-tag', node, node.name)
}

function walkBlock(node: BlockNode, state: State): void {
  for (const part of [node.body, node.other]) {
    if (!isOpen(state)) walk(part, state)
    if (!isOpen(state)) continue
    refuse(state, 'inside-html-tag', node, node.name)
    return
  }
}

function isOpen({ tag, within }: State): boolean {
  return tag !== null || within !== null
}

/** One step a character: in a tag or not, and within which quotes. */
function readText(text: string, state: State): void {
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ''
    if (state.tag !== null) readInTag(char, state)
    else if (char === '<' && beginsTag(text.slice(at + 1, at + 12), state.within)) state.tag = ''
  }
}

/** At the end of a text a value makes the name. In a style or title only its own end is a tag. */
function beginsTag(next: string, within: string | null): boolean {
  if (within !== null) return next.slice(0, within.length + 1).toLowerCase() === `/${within}`
  return /^[a-z/!?]/i.test(next || 'x')
}

function readInTag(char: string, state: State): void {
  if (state.commentEnd !== null) {
    state.tag += char
    state.commentEnd = (state.commentEnd + char).slice(-4)
    if (/--!?>$/.test(state.commentEnd)) endComment(state)
    return
  }
  if (char === '>' && state.quote === '') {
    endTag(state)
    return
  }
  state.tag += char
  if (state.tag?.length === 3 && state.tag === '!--') state.commentEnd = '!--'
  if (char === state.quote) state.quote = ''
  else if (state.quote === '' && /["']/.test(char)) state.quote = char
}

/** Programs do not agree on where `<!-->`, `<!--->` and `--!>` end a comment; some read what Outlook alone is shown. */
function endComment(state: State): void {
  const comment = state.tag ?? ''
  state.tag = null
  state.commentEnd = null
  const isUnclear = /^!---?>/.test(comment) || comment.endsWith('--!>')
  const runsInside = /^!--\s*\[/.test(comment) && mayRun.test(comment)
  if (isUnclear || runsInside) refuse(state, 'forbidden-html', whole, comment)
}

function endTag(state: State): void {
  const tag = state.tag ?? ''
  const name = (/^\/?([a-z][a-z0-9:-]*)/i.exec(tag)?.[1] ?? '').toLowerCase()
  state.tag = null
  if (!mayStand(tag, name, state.within)) refuse(state, 'forbidden-html', whole, tag)
  if (state.within !== null) state.within = name === state.within ? null : state.within
  else if (holdsNoValue.test(name) && !tag.startsWith('/')) state.within = name
}

/** `within`: a style or title, which only its plain end tag leaves. */
function mayStand(tag: string, name: string, within: string | null): boolean {
  if (within !== null) return /^\/[a-z]+[ \t\r\n\f]*$/i.test(tag)
  if (doctype.test(tag)) return true
  const isActive =
    forbidden.test(name) || /\son[a-z]+\s*=|javascript:|http-equiv\s*=\s*["']?refresh/i.test(tag)
  return plainTag.test(tag) && !isActive
}

function refuse(state: State, code: TemplateProblemCode, { line, column }: At, name: string): void {
  if (state.problems.length < 20) state.problems.push({ code, line, column, name: name.slice(0, 60) })
}
