import type { BlockNode, TemplateNode } from './parse-template.ts'
import { RichText } from './rich-text.ts'

/** What a template may show: text, a condition, or a list of texts. Of rich text it sees a string alone. */
export type TemplateValues = Readonly<Record<string, TextValue | boolean | readonly TextValue[]>>
type TextValue = string | RichText

/** The values one render looks at: copied from own properties, escaped once, checked against its use. */
type Ready = ReadonlyMap<string, string | boolean | readonly string[]>

/** Why a render gave nothing. */
export type RenderFault = { code: 'no-value' | 'too-large'; name: string }

const maxOutputChars = 10_000_000 // the longest reply, full of quotes, in our own words

/**
 * Writes a read template with its values, in one pass: what a value holds is never read as a template.
 * The length is counted before anything is written.
 *
 * @param kind `html` escapes every value, `text` shows it as it is
 * @returns the text, or why there is none: a variable without an own value of its kind, or over `maxChars`
 */
export function renderTemplate(
  template: { nodes: readonly TemplateNode[]; variables: ReadonlyMap<string, { isList: boolean }> },
  kind: 'text' | 'html',
  values: TemplateValues,
  maxChars = maxOutputChars,
): { text: string } | RenderFault {
  const ready = new Map<string, string | boolean | readonly string[]>()
  for (const [name, { isList }] of template.variables) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined || Array.isArray(value) !== isList) return { code: 'no-value', name }
    ready.set(name, kind === 'html' ? escaped(value) : copied(value))
  }
  if (lengthOf(template.nodes, ready) > maxChars) return { code: 'too-large', name: '' }
  const out: string[] = []
  write(template.nodes, ready, undefined, out)
  return { text: out.join('') }
}

function write(nodes: readonly TemplateNode[], ready: Ready, item: string | undefined, out: string[]): void {
  for (const node of nodes) {
    if (node.is === 'text') out.push(node.text)
    else if (node.is === 'item') out.push(item ?? '')
    else if (node.is === 'value') out.push(String(ready.get(node.name)))
    else writeBlock(node, ready, item, out)
  }
}

function writeBlock(node: BlockNode, ready: Ready, item: string | undefined, out: string[]): void {
  const items = listOf(node, ready)
  for (const each of items) write(node.body, ready, each, out)
  if (items.length === 0) write(branchOf(node, ready), ready, item, out)
}

function lengthOf(nodes: readonly TemplateNode[], ready: Ready): number {
  let chars = 0
  for (const node of nodes) {
    if (node.is === 'text') chars += node.text.length
    else if (node.is === 'value') chars += String(ready.get(node.name)).length
    else if (node.is !== 'item') chars += lengthOfBlock(node, ready)
  }
  return chars
}

/** A list's part holds text and `{{this}}` alone, so its length is a product. */
function lengthOfBlock(node: BlockNode, ready: Ready): number {
  const items = listOf(node, ready)
  if (items.length === 0) return lengthOf(branchOf(node, ready), ready)
  const shown = node.body.filter(one => one.is === 'item').length
  return lengthOf(node.body, ready) * items.length + shown * items.reduce((sum, item) => sum + item.length, 0)
}

/** What an `each` goes through; nothing for other blocks. */
function listOf({ is, name }: BlockNode, ready: Ready): readonly string[] {
  const value = is === 'each' ? ready.get(name) : undefined
  return Array.isArray(value) ? value : []
}

/** As Handlebars decides: '' and false are nothing; of an empty list the other part is shown. */
function branchOf(node: BlockNode, ready: Ready): readonly TemplateNode[] {
  if (node.is === 'each') return node.other
  const isShown = Boolean(ready.get(node.name)) === (node.is === 'if')
  return isShown ? node.body : node.other
}

function copied(value: TemplateValues[string]): string | boolean | string[] {
  return eachText(value, text => (text instanceof RichText ? text.text : text))
}

function escaped(value: TemplateValues[string]): string | boolean | string[] {
  return eachText(value, text => (text instanceof RichText ? text.html : escapeHtml(String(text))))
}

function eachText(
  value: TemplateValues[string],
  write: (text: TextValue) => string,
): string | boolean | string[] {
  if (typeof value === 'boolean') return value
  return isList(value) ? value.map(write).map(String) : write(value)
}

function isList(value: TextValue | readonly TextValue[]): value is readonly TextValue[] {
  return Array.isArray(value)
}

/** A text for HTML, between tags or in quotes: the characters Handlebars escapes, in a tenth of its time. */
export function escapeHtml(text: string): string {
  if (!/[&<>"'`=]/.test(text)) return text
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#x27;')
    .replaceAll('`', '&#x60;')
    .replaceAll('=', '&#x3D;')
}
