import { SIGNATURE_VARIABLES, type SignatureKind } from '../shared/template-variables.ts'
import { AppError } from './app-error.ts'
import { parseTemplate } from './parse-template.ts'
import { renderTemplate } from './render-template.ts'
import type { TemplateProblem } from './template-problem.ts'

const maxChars = 10_000

/**
 * Refuses a signature that could not be written: it is text in the language of parse-template.ts, with the few
 * names of shared/template-variables.ts.
 *
 * @throws AppError `bad-template` with `problems` and the `known` variables
 */
export function checkSignature(kind: SignatureKind, source: string): void {
  const read = readSignature(kind, source)
  if (!Array.isArray(read)) return
  const problems = read.map(problem => ({ ...problem, part: 'text' }))
  throw new AppError('bad-template', 'the signature cannot be saved as it is', {
    problems,
    known: SIGNATURE_VARIABLES[kind],
  })
}

/**
 * Writes a signature, once: what a name holds is never read as a template. One from before it was checked, and
 * with braces in it, comes out as it was typed.
 */
export function writeSignature(
  kind: SignatureKind,
  source: string,
  values: Readonly<Record<string, string>>,
): string {
  const read = readSignature(kind, source)
  const written = Array.isArray(read) ? { text: source } : renderTemplate(read, 'text', values)
  return 'text' in written ? written.text.replace(/\r\n?/g, '\n').trim() : source
}

/** Whether a mailbox's signature says itself where the agent's stands. */
export function placesAgentSignature(source: string): boolean {
  const read = readSignature('mailbox', source)
  return !Array.isArray(read) && read.variables.has('agentSignature')
}

function readSignature(kind: SignatureKind, source: string) {
  const parsed = parseTemplate(source, maxChars)
  if (Array.isArray(parsed)) return parsed
  const known: readonly string[] = SIGNATURE_VARIABLES[kind]
  const unknown = [...parsed.variables]
    .filter(([name, { isList }]) => isList || !known.includes(name))
    .map(([name, { line, column }]): TemplateProblem => ({ code: 'unknown-variable', line, column, name }))
  return unknown.length > 0 ? unknown : parsed
}
