import i18next, { type i18n } from 'i18next'
import { LANGUAGES, type Language } from '../shared/vocabulary.ts'

type Catalogue = { default: Record<string, string> }

const CATALOGUES: Record<Language, () => Promise<Catalogue>> = {
  en: () => import('./locales/en.json'),
  bg: () => import('./locales/bg.json'),
  ru: () => import('./locales/ru.json'),
  pl: () => import('./locales/pl.json'),
}

/** Prepares texts in one language; each catalogue is loaded only when it is spoken. Keys are flat. */
export async function createI18n(language: Language): Promise<i18n> {
  const instance = i18next.createInstance()
  await instance.init({
    lng: language,
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    // React escapes by itself.
    interpolation: { escapeValue: false },
    resources: {},
  })
  await speak(instance, language)
  return instance
}

/** Changes the language of the page, its catalogue and its `lang` attribute. */
export async function speak(instance: i18n, language: Language): Promise<void> {
  await learn(instance, language)
  await instance.changeLanguage(language)
  document.documentElement.lang = language
}

/** Loads the catalogue of a further language beside the one of the page. */
export async function learn(instance: i18n, language: Language): Promise<void> {
  if (instance.hasResourceBundle(language, 'translation')) return
  const catalogue = await CATALOGUES[language]()
  instance.addResourceBundle(language, 'translation', catalogue.default)
}

/** The first of the browser's languages we speak, else English. */
export function browserLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find(language => tag.toLowerCase().split('-')[0] === language)
    if (found !== undefined) return found
  }
  return 'en'
}
