import type { Editor, JSONContent } from '@tiptap/core'
import { Fragment, type Node, type Schema, Slice } from '@tiptap/pm/model'
import { type EditorState, TextSelection } from '@tiptap/pm/state'

/** What a draft keeps of the text: `html` is null where it is lines of text alone. */
export type Words = { text: string; html: string | null }

/** What stands in the editor. The text says of each line what can be read in it; looks are in `html`. */
export function wordsIn(editor: Editor): Words {
  const { doc } = editor.state
  return { text: textOf(doc), html: isRich(doc) ? editor.getHTML() : null }
}

/** Words of a draft as the editor takes them. */
export function contentOf({ text, html }: Words): string | JSONContent {
  if (html !== null) return html
  const content = text.split('\n').map(line => ({
    type: 'paragraph',
    ...(line === '' ? {} : { content: [{ type: 'text', text: line }] }),
  }))
  return { type: 'doc', content }
}

/** Puts text in place of what is selected. @returns where in the text it begins */
export function insertText(editor: Editor, text: string): number {
  const { state, view } = editor
  const start = offsetOf(state.doc, state.selection.from)
  view.dispatch(state.tr.replaceSelection(linesOf(state.schema, text)).scrollIntoView())
  return start
}

/** Text as lines that continue the line they are put into. */
export function linesOf(schema: Schema, text: string): Slice {
  const lines = text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map(line => schema.node('paragraph', null, line === '' ? [] : [schema.text(line)]))
  return new Slice(Fragment.from(lines), 1, 1)
}

/** Selects a stretch of the text and takes the focus. */
export function selectText(editor: Editor, start: number, length: number): void {
  const { state, view } = editor
  const [from, to] = [positionOf(state.doc, start), positionOf(state.doc, start + length)]
  view.dispatch(state.tr.setSelection(TextSelection.create(state.doc, from, to)).scrollIntoView())
  view.focus()
}

/** Whether the caret stands where a line begins, with nothing selected. */
export function isAtLineStart(state: EditorState): boolean {
  const { empty, $from } = state.selection
  if (!empty || $from.parent.type.spec.code === true) return false
  return $from.parentOffset === 0 || $from.nodeBefore?.type.name === 'hardBreak'
}

type Line = { node: Node; start: number; offset: number }

function eachLine(doc: Node): Line[] {
  const lines: Line[] = []
  let offset = 0
  doc.descendants((node, position) => {
    if (!node.isTextblock) return true
    lines.push({ node, start: position + 1, offset })
    offset += lineText(node).length + 1
    return false
  })
  return lines
}

/** Text of what is copied, line by line. */
export function copiedText(slice: Slice): string {
  return slice.content.textBetween(0, slice.content.size, '\n', leafText)
}

function textOf(doc: Node): string {
  return eachLine(doc)
    .map(({ node }) => lineText(node))
    .join('\n')
}

function lineText(line: Node): string {
  return line.textBetween(0, line.content.size, undefined, leafText)
}

function leafText(leaf: Node): string {
  if (leaf.type.name === 'hardBreak') return '\n'
  return leaf.type.name === 'mention' ? `@${leaf.attrs.name}` : `[${leaf.attrs.alt}]`
}

function positionOf(doc: Node, offset: number): number {
  const line = eachLine(doc).findLast(one => one.offset <= offset)
  if (line === undefined) return 1
  let left = offset - line.offset
  let position = line.start
  for (const child of line.node.children) {
    const length = child.isText ? child.nodeSize : leafText(child).length
    if (left < length) return position + (child.isText ? left : 0)
    left -= length
    position += child.nodeSize
  }
  return position
}

function offsetOf(doc: Node, position: number): number {
  const line = eachLine(doc).findLast(one => one.start <= position)
  if (line === undefined) return 0
  const within = Math.min(position - line.start, line.node.content.size)
  return line.offset + line.node.textBetween(0, within, undefined, leafText).length
}

function isRich(doc: Node): boolean {
  let isFound = false
  doc.descendants(node => {
    const isLine = ['paragraph', 'text', 'hardBreak'].includes(node.type.name)
    isFound ||= !isLine || node.marks.length > 0
    return !isFound
  })
  return isFound
}
