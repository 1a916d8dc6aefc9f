import { AppError } from '../lib/app-error.ts'
import { cleanLine } from '../mail/clean-line.ts'
import { linkTarget } from '../shared/link-target.ts'
import { type CustomerFieldKind, CUSTOMER_FIELD_LIMITS as LIMITS } from '../shared/vocabulary.ts'
import type { FieldValue, ValueColumns } from './field-values.queries.ts'

type Given = FieldValue['value'] | null
type Field = { id: number; name: string; kind: CustomerFieldKind; options: readonly { id: number }[] }

/**
 * What of a value is kept in a field of its kind, null where that is nothing: text is one line, without signs that turn it
 * around or are not seen; a link is in normal form.
 *
 * @throws AppError `bad-text-value`, `bad-number-value`, `bad-date-value`, `bad-yes-no-value`, `bad-choice-value`,
 *   `bad-link-value` (`details`: the field's id and name)
 */
export function checkFieldValue(field: Field, given: Given): ValueColumns | null {
  const wanted = typeof given === 'string' ? given.trim() : given
  if (wanted === null || wanted === '') return null
  const kept = READERS[field.kind](wanted, field)
  if (kept !== undefined) return kept
  const { id: fieldId, name, kind } = field
  throw new AppError(`bad-${kind}-value`, 'the value does not fit the field', {
    fieldId,
    name,
    limit: LIMITS.textChars,
  })
}

type Wanted = NonNullable<Given>

/** Each gives back what is kept, null for nothing, undefined where it does not fit. */
const READERS: Readonly<
  Record<CustomerFieldKind, (wanted: Wanted, field: Field) => ValueColumns | null | undefined>
> = {
  text: readText,
  number: wanted =>
    typeof wanted === 'number' && Math.abs(wanted) <= LIMITS.number
      ? { number_value: wanted === 0 ? 0 : wanted } // no -0
      : undefined,
  date: wanted => (isDay(wanted) ? { date_value: wanted } : undefined),
  'yes-no': wanted => (typeof wanted === 'boolean' ? { is_yes: wanted } : undefined),
  choice: (wanted, field) =>
    typeof wanted === 'number' && field.options.some(option => option.id === wanted)
      ? { option_id: wanted }
      : undefined,
  link: readLink,
}

function readText(wanted: Wanted): ValueColumns | null | undefined {
  if (typeof wanted !== 'string' || wanted.length > LIMITS.textChars) return undefined
  const line = cleanLine(wanted, LIMITS.textChars)
  return line === '' ? null : { text_value: line }
}

function readLink(wanted: Wanted): ValueColumns | undefined {
  if (typeof wanted !== 'string' || wanted.length > LIMITS.linkChars) return undefined
  const target = linkTarget(wanted)
  if (target === undefined || target.length > LIMITS.linkChars || !leadsSomewhere(new URL(target))) return
  return { text_value: target }
}

// `https://bank.example@evil.example` looks like the one and leads to the other.
function leadsSomewhere(url: URL): boolean {
  return url.protocol === 'mailto:'
    ? /^[^@]+@[^@]+$/.test(url.pathname)
    : url.username === '' && url.password === ''
}

/** Whether it is a day that was, YYYY-MM-DD; the 31st of April is none. */
function isDay(wanted: Wanted): wanted is string {
  if (typeof wanted !== 'string' || !/^[1-9]\d{3}-\d\d-\d\d$/.test(wanted)) return false
  const at = new Date(`${wanted}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(wanted)
}
