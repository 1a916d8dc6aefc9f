import { numberFormat } from './ui/kept-format.ts'

/** The texts of one language by key, as `locales/*.json` hold them: flat. */
export type Catalogue = Readonly<Record<string, string>>

/** The text of a key in one language, with these values in it; of several keys, of the first that has one. */
export type TFunction = (
  key: string | readonly string[],
  values?: Readonly<Record<string, unknown>>,
) => string

// `{{name}}` is the value as it is, `{{count, number}}` a number as the language writes it.
const VALUE = /\{\{(\w+)(, number)?\}\}/g

/**
 * Looks up texts. With a `count` among the values it is the form of that number: `mails_one`, `mails_few`, by the rules
 * of the language (CLDR, Intl.PluralRules), else the key alone. What has no text is its key; a value that is missing
 * leaves nothing in its place.
 */
export function wordsOf(catalogue: Catalogue, language: string): TFunction {
  const forms = new Intl.PluralRules(language)
  const find = (key: string, count: unknown): string | undefined =>
    (typeof count === 'number' ? catalogue[`${key}_${forms.select(count)}`] : undefined) ?? catalogue[key]
  const fill = (text: string, values: Readonly<Record<string, unknown>>): string =>
    text.replace(VALUE, (_, name: string, isNumber?: string) =>
      isNumber === undefined
        ? String(values[name] ?? '')
        : numberFormat(language, {}).format(Number(values[name])),
    )
  return (key, values) => {
    const keys = typeof key === 'string' ? [key] : key
    let text: string | undefined
    for (const one of keys) text ??= find(one, values?.count)
    text ??= keys.at(-1) ?? ''
    return values === undefined ? text : fill(text, values)
  }
}
