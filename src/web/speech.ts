import { LANGUAGES, type Language } from '../shared/vocabulary.ts'
import { createListeners } from './listeners.ts'
import { type Catalogue, type TFunction, wordsOf } from './words-of.ts'

const CATALOGUES: Record<Language, () => Promise<{ default: Catalogue }>> = {
  en: () => import('./locales/en.json'),
  bg: () => import('./locales/bg.json'),
  ru: () => import('./locales/ru.json'),
  pl: () => import('./locales/pl.json'),
}

/** The language the page speaks, and the texts of those it has learnt. */
export type Speech = {
  readonly language: Language
  /** Reads the language of the moment. */
  t: TFunction
  /** Whether the language of the moment has a text of that key. */
  exists: (key: string) => boolean
  /** The texts of a language that was learnt. */
  of: (language: Language) => TFunction
  /** Loads the texts of a language beside those of the page, once. */
  learn: (language: Language) => Promise<void>
  /** Changes the language of the page, and its `lang` attribute. */
  speak: (language: Language) => Promise<void>
  /** Tells of each change of the language. @returns takes it back */
  onChange: (listener: () => void) => () => void
}

/** Prepares texts in one language; each catalogue is loaded only when it is spoken. */
export async function createSpeech(first: Language): Promise<Speech> {
  const known = new Map<Language, { catalogue: Catalogue; words: TFunction }>()
  const { subscribe, tell } = createListeners()
  let language = first
  const of = (wanted: Language): TFunction => known.get(wanted)?.words ?? wordsOf({}, wanted)
  const learn = async (wanted: Language) => {
    if (known.has(wanted)) return
    const { default: catalogue } = await CATALOGUES[wanted]()
    known.set(wanted, { catalogue, words: wordsOf(catalogue, wanted) })
  }
  const speak = async (wanted: Language) => {
    await learn(wanted)
    language = wanted
    document.documentElement.lang = wanted
    tell()
  }
  await speak(first)
  return {
    get language() {
      return language
    },
    t: (key, values) => of(language)(key, values),
    exists: key => known.get(language)?.catalogue[key] !== undefined,
    of,
    learn,
    speak,
    onChange: subscribe,
  }
}

/** The first of the browser's languages we speak, else English. */
export function browserLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find(language => tag.toLowerCase().split('-')[0] === language)
    if (found !== undefined) return found
  }
  return 'en'
}
