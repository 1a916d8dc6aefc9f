import { CallFailed } from '../call.ts'
import type { TFunction } from '../words-of.ts'

/**
 * What went wrong, in the reader's words: by the code of the problem, else by its class, never a bare
 * stack. Facts of the problem (`details`) may be used by the words.
 */
export function faultWords(t: TFunction, error: unknown): string {
  if (!(error instanceof CallFailed)) return t('fault.unexpected')
  const byCode = `fault.${error.code}`
  const facts = { ...error.problem?.details, limitMb: limitMb(error), field: fieldOf(error) }
  const byClass = error.status >= 500 ? 'fault.server' : 'fault.refused'
  return t([byCode, byClass], facts)
}

function fieldOf(error: CallFailed): string {
  return error.problem?.fields?.[0]?.field ?? ''
}

// One decimal, rounded down: what is said to fit must fit.
function limitMb(error: CallFailed): number | undefined {
  const limitBytes = error.problem?.details?.limitBytes
  return typeof limitBytes === 'number' ? Math.floor((limitBytes / 1_048_576) * 10) / 10 : undefined
}

/** The line an admin can search the log by: code and request id. */
export function faultReference(error: unknown): string {
  if (!(error instanceof CallFailed)) return ''
  return [error.code, error.problem?.requestId].filter(part => part !== undefined).join(' · ')
}

/** What single fields lack, by field name, in words about that field; for forms. */
export function fieldFaults(t: TFunction, error: unknown): Record<string, string> {
  if (!(error instanceof CallFailed)) return {}
  const fields = error.problem?.fields ?? []
  return Object.fromEntries(
    fields.map(({ field }) => [nameOf(field), t([`field.${nameOf(field)}`, 'field.wrong'])]),
  )
}

// `body.email` means the field email.
function nameOf(field: string): string {
  return field
    .split('.')
    .filter(part => part !== '' && part !== 'body')
    .join('.')
}
