import { languageNames } from './kept-format.ts'

/**
 * The name of a language, beginning with a capital, in itself (`Български`) or in the language given.
 *
 * @param language BCP 47 tag; shown as it is where the browser has no name for it
 */
export function languageName(language: string, shownIn: string = language): string {
  const name = languageNames(shownIn).of(language) ?? language
  return name.charAt(0).toLocaleUpperCase(shownIn) + name.slice(1)
}
