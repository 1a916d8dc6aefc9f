const kept = new Map<string, unknown>()

/**
 * A formatter made once for each language and its options: making one takes a hundred times as long as using it, and a
 * page that is typed into is drawn with dozens of times at every key. Few differ in a page; past 200 all are made anew.
 */
function keptFormat<Format>(
  Make: new (language: string, options: never) => Format,
  language: string,
  options: object,
): Format {
  const key = `${Make.name} ${language} ${JSON.stringify(options)}`
  const found = kept.get(key) as Format | undefined
  if (found !== undefined) return found
  if (kept.size >= 200) kept.clear()
  const made = new Make(language, options as never)
  kept.set(key, made)
  return made
}

/** Writes instants as a language has them, in the zone of the options. */
export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return keptFormat(Intl.DateTimeFormat, language, options)
}

/** Writes amounts with their unit, as a language has them. */
export function numberFormat(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return keptFormat(Intl.NumberFormat, language, options)
}

/** Writes how far off a day or hour is, as in `tomorrow`. */
export function relativeFormat(
  language: string,
  options: Intl.RelativeTimeFormatOptions,
): Intl.RelativeTimeFormat {
  return keptFormat(Intl.RelativeTimeFormat, language, options)
}

/** Names languages in one of them. */
export function languageNames(language: string): Intl.DisplayNames {
  return keptFormat(Intl.DisplayNames, language, { type: 'language' })
}
