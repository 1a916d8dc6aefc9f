import { Parser } from 'htmlparser2'
import { linkTarget } from '../shared/link-target.ts'
import { countTags } from './count-tags.ts'

/** How words look. */
export type WordMark = 'bold' | 'italic' | 'underline' | 'code'

/** Whom words mention: an agent or a team, by its id. */
export type Mentioned = { of: 'agent' | 'team'; id: number }

/** A stretch of a line. A picture is an upload of its writer. */
export type Inline =
  | { is: 'words'; text: string; marks: readonly WordMark[]; href: string | null }
  | { is: 'break' }
  | { is: 'picture'; uploadId: string; alt: string; width: number | null }
  | ({ is: 'mention'; name: string } & Mentioned)

/** One piece of what an agent wrote, from top to bottom. */
export type Block =
  | { is: 'line'; inlines: readonly Inline[] }
  | { is: 'list'; isOrdered: boolean; items: readonly (readonly Block[])[] }
  | { is: 'quote'; blocks: readonly Block[] }
  | { is: 'code'; text: string }

const MAX_CHARS = 1_000_000
// The parser looks through all that is open at each closing tag.
const MAX_TAGS = 20_000
const MAX_DEPTH = 10
const MAX_URL_CHARS = 2_000
const MAX_NAME_CHARS = 200
const MAX_WIDTH_PX = 1_600

const MARKS: Readonly<Record<string, WordMark>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  code: 'code',
}
const LINES = new Set(
  'address center dd div dt figcaption footer h1 h2 h3 h4 h5 h6 header main p section td th tr'.split(' '),
)
const SILENT = new Set(
  'head script style title textarea template noscript select iframe object svg math'.split(' '),
)
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

type OpenBlock = { tag: string; blocks: Block[]; items: Block[][] | null }
type State = {
  open: OpenBlock[]
  line: Inline[] | null
  /** Made by a tag: it stands even when it is empty. */
  isLineAsked: boolean
  marks: WordMark[]
  links: (string | null)[]
  code: string | null
  silent: number
  mention: ({ name: string } & Mentioned) | null
}

/**
 * What of HTML is an agent's words: lines, bold, italic, underlined, code, links, lists, quotes, pictures that are
 * uploads (`data-upload`) and mentions (`data-mention`: the id of an agent, or `team-` and that of a team). Of anything
 * else only the text stays; scripts and styles go whole. A `<p>` is one line, an empty one an empty line.
 *
 * The words are built anew from what is known, never copied: nothing of the given HTML reaches what is written from
 * it but text, http, https and mailto links, and numbers.
 *
 * @returns undefined over 1,000,000 characters or 20,000 tags
 */
export function readRichWords(html: string): readonly Block[] | undefined {
  if (html.length > MAX_CHARS || countTags(html, MAX_TAGS) > MAX_TAGS) return undefined
  const root: OpenBlock = { tag: '', blocks: [], items: null }
  const state: State = {
    open: [root],
    line: null,
    isLineAsked: false,
    marks: [],
    links: [],
    code: null,
    silent: 0,
    mention: null,
  }
  const parser = new Parser(
    {
      onopentag: (tag, attributes) => openTag(state, tag, attributes),
      ontext: text => readText(state, text),
      onclosetag: tag => closeTag(state, tag),
    },
    { decodeEntities: true, lowerCaseTags: true, recognizeSelfClosing: false },
  )
  parser.end(html)
  endLine(state)
  while (state.open.length > 1) closeBlock(state)
  return withoutEmptyEnd(root.blocks)
}

/** Whether there is more to words than lines of text. */
export function isRich(blocks: readonly Block[]): boolean {
  return blocks.some(
    block =>
      block.is !== 'line' ||
      block.inlines.some(one => one.is !== 'break' && (one.is !== 'words' || isMarked(one))),
  )
}

/** The uploads that stand in words as pictures, each once, in order. */
export function picturesIn(blocks: readonly Block[]): string[] {
  return [...new Set(inlinesIn(blocks).flatMap(one => (one.is === 'picture' ? one.uploadId : [])))]
}

/** The agents and teams whom words mention, each once. */
export function mentionsIn(blocks: readonly Block[]): { agentIds: number[]; teamIds: number[] } {
  const mentions = inlinesIn(blocks).filter(one => one.is === 'mention')
  const idsOf = (of: Mentioned['of']) => [...new Set(mentions.flatMap(one => (one.of === of ? one.id : [])))]
  return { agentIds: idsOf('agent'), teamIds: idsOf('team') }
}

/** What an agent or a team is called; undefined where it is not known. */
export type NameOf = (mentioned: Mentioned) => string | undefined

/** The given words, with those whom they mention by other names; where none is known stays what was written. */
export function nameMentions(blocks: readonly Block[], nameOf: NameOf): Block[] {
  return blocks.map(block => renamed(block, nameOf))
}

function renamed(block: Block, nameOf: NameOf): Block {
  switch (block.is) {
    case 'line':
      return { ...block, inlines: block.inlines.map(one => named(one, nameOf)) }
    case 'list':
      return { ...block, items: block.items.map(item => nameMentions(item, nameOf)) }
    case 'quote':
      return { ...block, blocks: nameMentions(block.blocks, nameOf) }
    case 'code':
      return block
  }
}

function named(one: Inline, nameOf: NameOf): Inline {
  return one.is === 'mention' ? { ...one, name: nameOf(one) ?? one.name } : one
}

function inlinesIn(blocks: readonly Block[]): Inline[] {
  return blocks.flatMap(block => {
    if (block.is === 'line') return [...block.inlines]
    if (block.is === 'quote') return inlinesIn(block.blocks)
    return block.is === 'list' ? block.items.flatMap(inlinesIn) : []
  })
}

function isMarked({ marks, href }: { marks: readonly WordMark[]; href: string | null }): boolean {
  return marks.length > 0 || href !== null
}

function openTag(state: State, tag: string, attributes: Record<string, string>): void {
  if (state.silent > 0 || SILENT.has(tag)) {
    state.silent += SILENT.has(tag) ? 1 : 0
    return
  }
  const mark = MARKS[tag]
  if (mark !== undefined) state.marks.push(mark)
  else if (tag === 'a') state.links.push(targetOf(attributes.href))
  else if (tag === 'br') readBreak(state)
  else if (tag === 'img') readPicture(state, attributes)
  else if (tag === 'span') openMention(state, attributes)
  else openBlock(state, tag)
}

function openBlock(state: State, tag: string): void {
  if (tag === 'pre') {
    endLine(state)
    state.code = ''
  } else if (LINES.has(tag)) {
    endLine(state)
    state.line = []
    state.isLineAsked = tag === 'p'
  } else if (['ul', 'ol', 'blockquote', 'li'].includes(tag)) {
    endLine(state)
    nest(state, tag)
  }
}

/** Below the depth that people write what is nested stands beside. */
function nest(state: State, tag: string): void {
  const above = state.open.at(-1)
  if (state.open.length > MAX_DEPTH || above === undefined) return
  if (tag === 'li') {
    if (above.items === null) return
    const blocks: Block[] = []
    above.items.push(blocks)
    state.open.push({ tag, blocks, items: null })
    return
  }
  const items = tag === 'blockquote' ? null : []
  state.open.push({ tag, blocks: [], items })
}

function closeTag(state: State, tag: string): void {
  if (state.silent > 0) {
    state.silent -= SILENT.has(tag) ? 1 : 0
    return
  }
  const mark = MARKS[tag]
  if (mark !== undefined) state.marks.splice(state.marks.lastIndexOf(mark), 1)
  else if (tag === 'a') state.links.pop()
  else if (tag === 'span') closeMention(state)
  else if (tag === 'pre') closeCode(state)
  else if (LINES.has(tag)) endLine(state)
  else if (state.open.at(-1)?.tag === tag && tag !== '') {
    endLine(state)
    closeBlock(state)
  }
}

function closeBlock(state: State): void {
  const block = state.open.pop()
  const above = state.open.at(-1)
  if (block === undefined || above === undefined || block.tag === 'li') return
  const items = block.items?.filter(item => item.length > 0) ?? []
  if (block.tag === 'blockquote' && block.blocks.length > 0) {
    above.blocks.push({ is: 'quote', blocks: block.blocks })
  } else if (items.length > 0) above.blocks.push({ is: 'list', isOrdered: block.tag === 'ol', items })
}

function closeCode(state: State): void {
  const text = state.code
  state.code = null
  if (text === null || text.trim() === '') return
  blocksOf(state).push({ is: 'code', text: text.replace(/^\n|\n$/g, '') })
}

/** Text of a list that is in none of its items stands in one of its own. */
function blocksOf(state: State): Block[] {
  const open = state.open.at(-1)
  if (open === undefined) return []
  if (open.items === null) return open.blocks
  const blocks: Block[] = []
  open.items.push(blocks)
  return blocks
}

function endLine(state: State): void {
  const { line, isLineAsked } = state
  state.line = null
  state.isLineAsked = false
  state.mention = null
  if (line !== null && (line.length > 0 || isLineAsked)) blocksOf(state).push({ is: 'line', inlines: line })
}

function lineOf(state: State): Inline[] {
  state.line ??= []
  return state.line
}

function readText(state: State, text: string): void {
  if (state.silent > 0) return
  const words = cleanWords(text)
  if (state.code !== null) {
    state.code += words
    return
  }
  if (state.mention !== null) {
    state.mention.name += words
    return
  }
  // The line ends of HTML are blanks; between blocks they are nothing.
  const run = words.replace(/[ \t]*\n\s*/g, ' ')
  if (run.trim() === '' && (state.line === null || state.line.length === 0) && words.includes('\n')) return
  if (run === '') return
  const { marks, links } = state
  const href = links.at(-1) ?? null
  lineOf(state).push({ is: 'words', text: run, marks: [...new Set(marks)], href })
}

function readBreak(state: State): void {
  if (state.code !== null) state.code += '\n'
  else lineOf(state).push({ is: 'break' })
}

function readPicture(state: State, attributes: Record<string, string>): void {
  const { alt = '', width = '' } = attributes
  const uploadId = (attributes['data-upload'] ?? '').toLowerCase()
  if (!UUID.test(uploadId) || state.code !== null) return
  const pixels = /^\d{1,4}$/.test(width) ? Number(width) : 0
  lineOf(state).push({
    is: 'picture',
    uploadId,
    alt: oneLine(alt),
    width: pixels > 0 ? Math.min(pixels, MAX_WIDTH_PX) : null,
  })
}

function openMention(state: State, attributes: Record<string, string>): void {
  const [, team, id] = /^(team-)?([1-9]\d{0,14})$/.exec(attributes['data-mention'] ?? '') ?? []
  if (state.mention !== null || id === undefined) return
  state.mention = { of: team === undefined ? 'agent' : 'team', id: Number(id), name: '' }
}

function closeMention(state: State): void {
  const { mention } = state
  state.mention = null
  if (mention === null) return
  const name = oneLine(mention.name).replace(/^@/, '')
  if (name !== '') lineOf(state).push({ is: 'mention', ...mention, name })
}

function targetOf(href = ''): string | null {
  return (href.length > MAX_URL_CHARS ? undefined : linkTarget(href)) ?? null
}

function cleanWords(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what goes
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
      .toWellFormed()
  )
}

function oneLine(text: string): string {
  return cleanWords(text).replace(/\s+/g, ' ').trim().slice(0, MAX_NAME_CHARS).toWellFormed()
}

function withoutEmptyEnd(blocks: readonly Block[]): readonly Block[] {
  const last = blocks.findLastIndex(block => block.is !== 'line' || block.inlines.some(isSeen))
  return blocks.slice(0, last + 1)
}

function isSeen(one: Inline): boolean {
  return one.is === 'words' ? one.text.trim() !== '' : one.is !== 'break'
}
