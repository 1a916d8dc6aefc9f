/** Text as Postgres keeps it: NUL and lone surrogates, which no UTF-8 text may hold, become U+FFFD. */
export function storableText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed()
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed
}

/** JSON for a bound `::json` parameter: every string in it is storable, a Date becomes ISO 8601. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value)
  if (!MAY_BE_UNSTORABLE.test(json)) return json
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? storableText(part) : part,
  )
}

// As JSON writes NUL and lone surrogates. Looked for once in all of it: hardly any mail has one.
const MAY_BE_UNSTORABLE = /\\u(?:0000|d[89a-f])/
