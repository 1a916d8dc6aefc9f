import { parseTemplate, type TemplateNode } from '../lib/parse-template.ts'
import type { TemplateProblem } from '../lib/template-problem.ts'
import { MAX_TEMPLATE_CHARS, SAVED_REPLY_VARIABLES } from '../shared/template-variables.ts'

/** What a ticket has for the variables; '' where it has nothing. */
export type SavedReplyValues = Readonly<Record<(typeof SAVED_REPLY_VARIABLES)[number], string>>

/** What is wrong with the words of a saved reply; they may show SAVED_REPLY_VARIABLES, also under conditions. */
export function checkSavedReply(body: string): TemplateProblem[] {
  const parsed = parseTemplate(body, MAX_TEMPLATE_CHARS)
  if (Array.isArray(parsed)) return parsed
  return [...parsed.variables]
    .filter(([name, { isList }]) => isList || !isKnown(name))
    .map(([name, { line, column }]) => ({ code: 'unknown-variable', line, column, name }))
}

/**
 * Writes a saved reply for a ticket. A variable without a value stays in the text as `{{name}}`, a gap that a reply
 * is not sent with (`Hi ,` cannot happen). So does one whose value has braces itself: what a customer is
 * called is never read as a template, nor taken for a gap of ours.
 */
export function fillSavedReply(body: string, values: SavedReplyValues): string {
  const parsed = parseTemplate(body, MAX_TEMPLATE_CHARS)
  return Array.isArray(parsed) ? body : fill(parsed.nodes, values)
}

function fill(nodes: readonly TemplateNode[], values: SavedReplyValues): string {
  const parts = nodes.map(node => {
    if (node.is === 'text') return node.text
    if (node.is === 'item') return ''
    const value = filledWith(node.name, values)
    if (node.is === 'value') return value === '' ? `{{${node.name}}}` : value
    return fill((value !== '') === (node.is === 'if') ? node.body : node.other, values)
  })
  return parts.join('')
}

function filledWith(name: string, values: SavedReplyValues): string {
  const value = isKnown(name) ? values[name] : ''
  return /[{}]/.test(value) ? '' : value
}

function isKnown(name: string): name is keyof SavedReplyValues {
  return SAVED_REPLY_VARIABLES.some(known => known === name)
}
