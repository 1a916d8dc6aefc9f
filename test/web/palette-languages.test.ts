import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { LANGUAGES, type Language } from '../../src/shared/vocabulary.ts'
import { COMMANDS, type CommandId } from '../../src/web/keys/command-list.ts'
import { commandEntries } from '../../src/web/palette/command-entries.ts'
import { type Entry, findEntries } from '../../src/web/palette/find-entries.ts'
import { type Catalogue, type TFunction, wordsOf } from '../../src/web/words-of.ts'

const folder = join(import.meta.dirname, '../../src/web/locales')
const spoken = {} as Record<Language, TFunction>

beforeAll(() => {
  for (const language of LANGUAGES) {
    const catalogue = JSON.parse(readFileSync(join(folder, `${language}.json`), 'utf8')) as Catalogue
    spoken[language] = wordsOf(catalogue, language)
  }
})

const OF_SELECTION: readonly CommandId[] = ['assign', 'close', 'snooze']

function entriesIn(language: Language, selectedCount = 0): Entry[] {
  const words = (one: Language) => (key: string, values?: Record<string, unknown>) =>
    String(spoken[one](key, values ?? {}))
  const runnable = {
    has: () => true,
    isOfSelection: (id: CommandId) => OF_SELECTION.includes(id),
    run: () => undefined,
  }
  return commandEntries({ t: words(language), english: words('en') }, runnable, selectedCount)
}

function find(entries: readonly Entry[], typed: string): string[] {
  return findEntries(entries, typed, new Map(), 60).map(entry => entry.id)
}

describe.each(LANGUAGES)('in %s', language => {
  test('every command is found by its words there, and by those in English', () => {
    const entries = entriesIn(language)

    const lost = entries.flatMap(({ id, words }) =>
      [words, String(spoken.en(id))]
        .filter(typed => !find(entries, typed).includes(id))
        .map(typed => `${id}: ${typed}`),
    )

    expect(entries.length).toBeGreaterThan(50)
    expect(lost).toEqual([])
  })
})

test.each([
  ['bg', 'затвор'],
  ['bg', 'zatvor'],
  ['ru', 'закры'],
  ['ru', 'zakry'],
  ['pl', 'zamknij'],
  ['pl', 'Zamknij zgl'],
  ['bg', 'clos'],
  ['ru', 'CLOS'],
  ['pl', 'close'],
] as const)('%s: %s closes', (language, typed) => {
  expect(find(entriesIn(language, 3), typed)).toContain('command.close')
})

test.each([
  ['en', '3 tickets: Assign…'],
  ['bg', '3 заявки: Възложи…'],
  ['ru', '3 обращения: Назначить…'],
  ['pl', '3 zgłoszenia: Przypisz…'],
] as const)('what is about the selected tickets says how many they are: %s', (language, words) => {
  const entries = entriesIn(language, 3)

  expect(entries.find(entry => entry.id === 'command.assign')?.words).toBe(words)
  expect(entries.find(entry => entry.id === 'command.reply')?.words).toBe(
    String(spoken[language]('command.reply')),
  )
  expect(find(entries, 'assign')).toContain('command.assign')
  expect(Object.keys(COMMANDS)).toContain('assign')
})
