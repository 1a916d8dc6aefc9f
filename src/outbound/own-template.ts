import { type ParsedTemplate, parseTemplate, type TemplateNode } from '../lib/parse-template.ts'
import { renderTemplate, type TemplateValues } from '../lib/render-template.ts'
import { describeTemplateProblem, type TemplateProblem } from '../lib/template-problem.ts'
import type { TemplatePart } from '../lib/templates.ts'
import { cleanLine } from '../mail/clean-line.ts'
import {
  HAS_SUBJECT,
  MAX_TEMPLATE_CHARS,
  type MailTemplate,
  TEMPLATE_VARIABLES,
  type TemplateVariable,
} from '../shared/template-variables.ts'
import { htmlOfText } from './html-of-text.ts'
import { findHtmlProblems } from './html-places.ts'

/** A mailbox's own words for one mail. `html` null: made from `text`. `subject` null where the template has none. */
export type TemplateContent = { subject: string | null; text: string; html: string | null }

/** A mail's words. `subject` is null where the template has none. */
export type WrittenMail = { subject: string | null; text: string; html: string }

/** What is wrong with one part. */
export type PartProblem = TemplateProblem & { part: TemplatePart }
type ReadParts = { subject: ParsedTemplate | null; text: ParsedTemplate; html: ParsedTemplate }

// A mail as long as people write them: what a template makes of it has to stay within the limits of a render.
const longLine = 'x'.repeat(300)
const longLines: readonly string[] = Array.from({ length: 2_000 }, () => '"'.repeat(50))
const maxSubjectChars = 300
const maxOutputChars = 5_000_000 // under 10 MB and 50 ms, measured in the test of the limits

/**
 * What is wrong with the words a mailbox has of its own, and where; nothing wrong is an empty list. Checked
 * at save: the language (parse-template.ts), unknown variables, the ones the mail would be nothing without,
 * places in HTML where escaping does not help, and its size with a long mail in it.
 */
export function checkTemplate(name: MailTemplate, content: TemplateContent): PartProblem[] {
  const read = readParts(name, content)
  if (Array.isArray(read)) return read
  const large = renderAll(read, longValues(TEMPLATE_VARIABLES[name]))
  return 'fault' in large ? [{ part: large.part, code: 'too-large', line: 0, column: 0, name: '' }] : []
}

/**
 * Writes a mail in a mailbox's own words.
 *
 * @returns `fault` in place of a mail where the words do not hold, as one line for an admin: the rules or the
 *   variables have changed since they were saved, or the mail is too long for them
 */
export function writeOwnMail(
  name: MailTemplate,
  content: TemplateContent,
  values: TemplateValues,
): WrittenMail | { fault: string } {
  const read = readParts(name, content)
  if (Array.isArray(read)) return { fault: read.map(describeTemplateProblem).join('; ').slice(0, 500) }
  const written = renderAll(read, values)
  if ('fault' in written) return { fault: `${written.part}: ${written.fault}` }
  return written.subject === '' ? { fault: 'subject: nothing is left of it' } : written
}

function readParts(name: MailTemplate, content: TemplateContent): ReadParts | PartProblem[] {
  const problems: PartProblem[] = []
  const read = (part: TemplatePart, source: string): ParsedTemplate => {
    const parsed = readPart(name, part, source)
    if (!Array.isArray(parsed)) return parsed
    problems.push(...parsed.map(problem => ({ ...problem, part })))
    return { nodes: [], variables: new Map() }
  }
  const subject = HAS_SUBJECT[name] ? read('subject', content.subject ?? '') : null
  const text = read('text', content.text)
  const html = content.html === null ? null : read('html', content.html)
  if (problems.length > 0) return problems
  return { subject, text, html: html ?? derive(text, TEMPLATE_VARIABLES[name]) }
}

function readPart(
  name: MailTemplate,
  part: TemplatePart,
  source: string,
): ParsedTemplate | TemplateProblem[] {
  const parsed = parseTemplate(source, MAX_TEMPLATE_CHARS)
  if (Array.isArray(parsed)) return parsed
  const variables = TEMPLATE_VARIABLES[name]
  const problems = [
    ...findUnknown(parsed, part, variables),
    ...(part === 'subject' ? [] : findMissing(parsed, part, variables)),
    ...(part === 'html' ? findHtmlProblems(parsed.nodes) : []),
  ]
  return problems.length > 0 ? problems : parsed
}

function findUnknown(
  { variables: used }: ParsedTemplate,
  part: TemplatePart,
  variables: readonly TemplateVariable[],
): TemplateProblem[] {
  const isList = new Map(variables.map(({ name }) => [name, false]))
  for (const { name, is } of variables)
    if (part === 'html' && is === 'lines') isList.set(`${name}Lines`, true)
  return [...used].flatMap(([name, use]): TemplateProblem[] => {
    const { line, column } = use
    const known = isList.get(name)
    if (known === undefined) return [{ code: 'unknown-variable', line, column, name }]
    if (known === use.isList) return []
    return [{ code: known ? 'list-as-text' : 'text-as-list', line, column, name }]
  })
}

/** An agent's words must not hang on a condition. */
function findMissing(
  { nodes }: ParsedTemplate,
  part: TemplatePart,
  variables: readonly TemplateVariable[],
): TemplateProblem[] {
  const isThere = ({ name }: TemplateVariable) =>
    nodes.some(
      node =>
        (node.is === 'value' && node.name === name) ||
        (part === 'html' && isListOf(node, `${name}Lines`) && node.body.some(inner => inner.is === 'item')),
    )
  return variables
    .filter(variable => variable.always && !isThere(variable))
    .map(({ name }) => ({ code: 'missing-variable', line: 0, column: 0, name }))
}

function isListOf(node: TemplateNode, name: string): node is TemplateNode & { body: TemplateNode[] } {
  return node.is === 'each' && node.name === name
}

function derive({ nodes, variables }: ParsedTemplate, known: readonly TemplateVariable[]): ParsedTemplate {
  const all = new Map(variables)
  const nowhere = { line: 0, column: 0 }
  all.set('language', { isList: false, ...nowhere })
  for (const { name, is } of known) {
    if (is === 'lines' && variables.has(name)) all.set(`${name}Lines`, { isList: true, ...nowhere })
  }
  return { nodes: htmlOfText(nodes, known), variables: all }
}

function renderAll(
  read: ReadParts,
  values: TemplateValues,
): WrittenMail | { part: TemplatePart; fault: string } {
  const out = { subject: '', text: '', html: '' }
  for (const part of ['subject', 'text', 'html'] as const) {
    const parsed = read[part]
    if (parsed === null) continue
    const rendered = renderTemplate(parsed, part === 'html' ? 'html' : 'text', values, maxOutputChars)
    if ('code' in rendered) return { part, fault: `${rendered.code} ${rendered.name}`.trim() }
    out[part] = rendered.text
  }
  const subject = read.subject === null ? null : cleanLine(out.subject, maxSubjectChars)
  return { subject, text: `${out.text.trimEnd()}\n`, html: out.html }
}

function longValues(variables: readonly TemplateVariable[]): TemplateValues {
  const text = longLines.join('\n')
  return Object.fromEntries(
    variables.flatMap(({ name, is }): [string, string | readonly string[]][] =>
      is === 'line'
        ? [[name, longLine]]
        : [
            [name, text],
            [`${name}Lines`, longLines],
          ],
    ),
  )
}
