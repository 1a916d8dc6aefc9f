import naughtyStrings from 'big-list-of-naughty-strings' with { type: 'json' }
import { hostileHtml, inShells } from '../abuse/hostile-html.ts'

/** Strings of a public list (npm: big-list-of-naughty-strings) that are markup or call a script. */
export function listMarkup(): string[] {
  const strings: readonly string[] = naughtyStrings
  return [...new Set(strings.filter(text => /<[a-z!/?]|javascript|alert|onerror|\{\{|\$\{/i.test(text)))]
}

/** More than 5,000 vectors: our own, the public list's, and those inside what two parsers read differently. */
export function listVectors(): string[] {
  const strings: readonly string[] = naughtyStrings
  return [...new Set([...hostileHtml(), ...strings, ...listMarkup().flatMap(inShells)])]
}
