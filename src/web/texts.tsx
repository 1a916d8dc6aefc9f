import type { i18n, TFunction, TOptions } from 'i18next'
import { createContext, type ReactNode, use, useEffect, useState } from 'react'

/** The words of the page's language, and what knows the other ones. */
export type Texts = { t: TFunction; i18n: i18n }

const TextsContext = createContext<Texts | undefined>(undefined)

/** Gives all below the texts of the language the page speaks, and new ones when that changes. */
export function TextsProvider({ i18n, children }: { i18n: i18n; children: ReactNode }) {
  const [texts, setTexts] = useState(() => textsOf(i18n))
  useEffect(() => {
    const renew = () => setTexts(textsOf(i18n))
    i18n.on('languageChanged', renew)
    return () => i18n.off('languageChanged', renew)
  }, [i18n])
  return <TextsContext value={texts}>{children}</TextsContext>
}

/** The texts of the page. Only read from the context: hundreds of components of one page ask for them at each key. */
export function useTranslation(): Texts {
  const texts = use(TextsContext)
  if (texts === undefined) throw new Error('useTranslation needs a TextsProvider above it')
  return texts
}

// A text without anything to fill in is always the same: it is looked up once.
function textsOf(i18n: i18n): Texts {
  const fixed = i18n.getFixedT(i18n.language)
  const plain = new Map<string, string>()
  const lookUp = (key: string, options?: TOptions): string => {
    if (options !== undefined) return fixed(key, options)
    const known = plain.get(key)
    if (known !== undefined) return known
    const text = fixed(key)
    plain.set(key, text)
    return text
  }
  return { t: lookUp as TFunction, i18n }
}
