import { foldWords } from './fold-words.ts'

/** What an entry is: its heading in the palette, and what `@` and `>` leave. */
export const ENTRY_KINDS = [
  'action',
  'queue',
  'view',
  'mailbox',
  'ticket',
  'customer',
  'agent',
  'team',
  'tag',
  'savedReply',
  'setting',
] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

/** A text by its key in one language. */
export type Words = (key: string, values?: Record<string, unknown>) => string

/** Something the palette can do. `folded` holds its words, each in a line, in the language of the screen and in English. */
export type Entry = {
  id: string
  kind: EntryKind
  words: string
  folded: string
  run: () => void
  /** The entry leads to a choice of its own, made of the entries of that step. */
  step?: Step | undefined
  /** The entry sends: never what Enter does before a word was typed. */
  sends?: boolean | undefined
}

/** The choices that are made in two steps: what is done, then with whom or what. */
export const STEPS = ['assign', 'tags', 'mailbox'] as const
export type Step = (typeof STEPS)[number]

/** Whether an entry is one of the choices of a step. */
export function isOfStep({ id, kind }: Entry, step: Step): boolean {
  if (step === 'assign') return kind === 'agent' || kind === 'team'
  return step === 'tags' ? kind === 'tag' : id.startsWith('mailbox.move-')
}

/** An entry with its words made ready for comparing, once. */
export function makeEntry(entry: Omit<Entry, 'folded'>, otherWords: readonly string[] = []): Entry {
  return { ...entry, folded: `\n ${[entry.words, ...otherWords].map(foldWords).join('\n ')}\n` }
}

const PREFIXES: Readonly<Record<string, readonly EntryKind[]>> = {
  '@': ['agent', 'team', 'customer'],
  '>': ['action'],
  '#': ['tag'],
}

/**
 * The entries that fit what was typed, best first: every typed word begins a word of the entry, or, less
 * well, is somewhere in it. What is used often comes first among equals. `@`, `>` and `#` narrow to people,
 * actions and tags, `?` is the help.
 *
 * @param uses how often an entry was chosen
 * @returns at most `limit`
 */
export function findEntries(
  entries: readonly Entry[],
  typed: string,
  uses: ReadonlyMap<string, number>,
  limit: number,
): Entry[] {
  if (typed.trim() === '?') return entries.filter(entry => entry.id === 'command.help')
  const kinds = PREFIXES[typed.trim().charAt(0)]
  const tokens = foldWords(kinds === undefined ? typed : typed.trim().slice(1))
    .split(/\s+/)
    .filter(token => token !== '')
  const found: { entry: Entry; score: number }[] = []
  for (const entry of entries) {
    if (kinds !== undefined && !kinds.includes(entry.kind)) continue
    const score = scoreOf(entry, tokens)
    if (score > 0) found.push({ entry, score: score + Math.min(0.9, (uses.get(entry.id) ?? 0) / 10) })
  }
  const best = found.sort((a, b) => b.score - a.score).map(({ entry }) => entry)
  return (tokens.length === 0 ? sendingLater(best) : best).slice(0, limit)
}

function sendingLater(entries: readonly Entry[]): Entry[] {
  const first = entries.find(entry => entry.sends !== true)
  return first === undefined ? [...entries] : [first, ...entries.filter(entry => entry !== first)]
}

/** 0 where a word is missing; more for words that begin as typed, most for the first, and for all of them as they are. */
function scoreOf({ folded }: Entry, tokens: readonly string[]): number {
  let score = 1
  for (const token of tokens) {
    if (folded.startsWith(`\n ${token}`)) score += 6
    else if (folded.includes(` ${token}`)) score += 4
    else if (folded.includes(token)) score += 1
    else return 0
  }
  // `assign` is "Assign…", not "Assign to me".
  const whole = `\n ${tokens.join(' ')}`
  return folded.includes(`${whole}\n`) || folded.includes(`${whole}…\n`) ? score + 2 : score
}
