import { LANGUAGES, type Language } from '../shared/vocabulary.ts'

/** The language to write to a customer in: theirs if it is one of ours, else English. */
export function customerLanguage(word: string | null): Language {
  return LANGUAGES.find(language => language === word) ?? 'en'
}
