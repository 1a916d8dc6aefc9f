import { createContext, type ReactNode, use, useEffect, useState } from 'react'
import type { Speech } from './speech.ts'
import type { TFunction } from './words-of.ts'

/** The words of the page's language, and what knows the other ones. */
export type Texts = { t: TFunction; i18n: Speech }

const TextsContext = createContext<Texts | undefined>(undefined)

/** Gives all below the texts of the language the page speaks, and new ones when that changes. */
export function TextsProvider({ i18n, children }: { i18n: Speech; children: ReactNode }) {
  const [texts, setTexts] = useState(() => textsOf(i18n))
  useEffect(() => i18n.onChange(() => setTexts(textsOf(i18n))), [i18n])
  return <TextsContext value={texts}>{children}</TextsContext>
}

/** The texts of the page. Only read from the context: hundreds of components of one page ask for them at each key. */
export function useTranslation(): Texts {
  const texts = use(TextsContext)
  if (texts === undefined) throw new Error('useTranslation needs a TextsProvider above it')
  return texts
}

// Another `t` for another language: who keeps what it said by it says it anew.
function textsOf(i18n: Speech): Texts {
  return { t: i18n.of(i18n.language), i18n }
}
