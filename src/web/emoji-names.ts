import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { foldWords } from './palette/fold-words.ts'

const CLDR = dirname(createRequire(import.meta.url).resolve('cldr-annotations-full/package.json'))

type Annotation = { default?: string[]; tts?: string[] }

/**
 * Every emoji with its name in a language and, folded for comparing, the words that lead to it in that language and in
 * English, from Unicode's own list (CLDR). For the build, so that the browser gets a tenth of the list and folds
 * nothing.
 *
 * @returns emoji between empty lines: the first line of each has it and its name, each further one a word. Tones of
 *   skin and flags are left out
 */
export function emojiNames(language: string): string {
  const [own, english] = [readAnnotations(language), readAnnotations('en')]
  return Object.keys(english)
    .flatMap(sign => {
      const emoji = [sign, `${sign}\ufe0f`].find(one => /^\p{RGI_Emoji}$/v.test(one))
      const name = own[sign]?.tts?.[0] ?? english[sign]?.tts?.[0]
      if (emoji === undefined || name === undefined || /\p{Emoji_Modifier}/u.test(sign)) return []
      const words = [own, english].flatMap(({ [sign]: one }) => [
        ...(one?.tts ?? []),
        ...(one?.default ?? []),
      ])
      return [[`${emoji} ${capital(name)}`, ...new Set(words.map(foldWords))].join('\n')]
    })
    .join('\n\n')
}

// The list writes some of them small and some not.
function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

function readAnnotations(language: string): Record<string, Annotation> {
  const file = join(CLDR, 'annotations', language, 'annotations.json')
  return JSON.parse(readFileSync(file, 'utf8')).annotations.annotations
}
