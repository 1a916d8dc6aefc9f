import {
  COMMAND_IDS,
  COMMANDS,
  type CommandGroup,
  type CommandId,
  type Runnable,
  SENDS,
} from '../keys/command-list.ts'
import { type Entry, makeEntry, STEPS, type Words } from './find-entries.ts'

// These commands move within what is under the palette, are the palette, or say nothing without their key.
const NOT_OFFERED: readonly CommandId[] = [
  'palette',
  'actions',
  'leave',
  'next',
  'previous',
  'open',
  'next-message',
  'previous-message',
  'go-mailbox',
]

/** What is done with the ticket in hand comes before the ways to elsewhere. */
function nearness(group: CommandGroup): number {
  return { composer: 0, ticket: 1, list: 2, everywhere: 3 }[group]
}

/**
 * The commands that can be run now, in the words of the screen and in English.
 *
 * @param selectedCount how many tickets are selected: what is about them says so
 */
export function commandEntries(
  { t, english }: { t: Words; english: Words },
  runnable: Runnable,
  selectedCount: number,
): Entry[] {
  const isOfSelection = (id: CommandId) => selectedCount > 0 && runnable.isOfSelection(id)
  const rank = (id: CommandId) => (isOfSelection(id) ? -1 : nearness(COMMANDS[id].group))
  return COMMAND_IDS.filter(id => runnable.has(id) && !NOT_OFFERED.includes(id))
    .toSorted((a, b) => rank(a) - rank(b))
    .map(id => {
      const key = `command.${id}`
      const words = isOfSelection(id) ? t('bulk.done', { count: selectedCount, what: t(key) }) : t(key)
      const run = () => runnable.run(id)
      const step = STEPS.find(one => one === id)
      const sends = SENDS.includes(id)
      return makeEntry({ id: key, kind: 'action', words, run, step, sends }, [t(key), english(key)])
    })
}
