import type { CustomerField, FieldContent, FieldOption } from '../../shared/customer-fields.ts'
import type { CustomerFieldKind } from '../../shared/vocabulary.ts'
import { useTranslation } from '../texts.tsx'
import { dayInWords } from '../ui/format-time.ts'
import { numberWords } from '../ui/typed-number.ts'

/** Says what stands in a field as the language writes it: a number with its groups, a day in words, an option by its name. */
export function useFieldWords(): (
  field: Pick<CustomerField, 'kind' | 'options'>,
  value: FieldContent,
) => string {
  const { t, i18n } = useTranslation()
  const { language } = i18n
  const words: Record<CustomerFieldKind, (value: FieldContent, options: readonly FieldOption[]) => string> = {
    text: String,
    number: value => numberWords(Number(value), language),
    date: value => dayInWords(String(value), language),
    'yes-no': value => t(value === true ? 'customer.yes' : 'customer.no'),
    choice: (value, options) => options.find(option => option.id === value)?.name ?? '',
    link: value => linkWords(String(value)),
  }
  return ({ kind, options }, value) => words[kind](value, options)
}

// Of addresses people read whom they reach; that a page is asked for safely is what they expect.
function linkWords(text: string): string {
  return text.replace(/^(?:https:\/\/|mailto:)/, '').replace(/^([^/]+)\/$/, '$1')
}
