import { type KeyRefusal, keyRefusal, keysClash, type Shortcuts } from '../../shared/shortcuts.ts'
import { type Bindings, presetKeys } from './bindings.ts'
import { COMMAND_IDS, COMMANDS, type CommandId, fixedKeys } from './command-list.ts'

/** Why a command cannot get some keys: by what they are, or `text`: where letters are typed only Ctrl and ⌘ act. */
export type Refusal = KeyRefusal | 'text' | 'fixed'

/** The most keys of one command. */
export const MOST_KEYS = 4

/** Commands whose keys are all fixed, so that there is nothing to choose. */
export function isChangeable(id: CommandId): boolean {
  return id !== 'leave' && id !== 'go-mailbox'
}

/** Why a command cannot get these keys; undefined where it can. */
export function refusalOf(id: CommandId, keys: string): Refusal | undefined {
  const byItself = keyRefusal(keys)
  if (byItself !== undefined) return byItself
  if (COMMANDS[id].group === 'composer' && !keys.startsWith('mod+')) return 'text'
  return COMMAND_IDS.flatMap(fixedKeys).some(fixed => keysClash(fixed, keys)) ? 'fixed' : undefined
}

/** The other commands that would lose keys if a command got these: the same ones, or a sequence that begins with them. */
export function losersOf(bindings: Bindings, id: CommandId, keys: string): CommandId[] {
  return COMMAND_IDS.filter(other => other !== id && bindings[other].some(one => keysClash(one, keys)))
}

/** The keys of a command that can be taken away. */
export function freeKeys(bindings: Bindings, id: CommandId): readonly string[] {
  return bindings[id].filter(keys => !fixedKeys(id).includes(keys))
}

/** What is chosen once a command has exactly these keys, which others lose. Kept is only what differs from the preset. */
export function withKeys(shortcuts: Shortcuts, id: CommandId, keys: readonly string[]): Shortcuts {
  const others = shortcuts.own
    .filter(one => one.command !== id)
    .map(one => ({ ...one, keys: one.keys.filter(other => !keys.some(mine => keysClash(mine, other))) }))
  const mine = { command: id, keys: [...keys] }
  return { ...shortcuts, own: [...others, mine].filter(one => differs(shortcuts.preset, one)) }
}

/** What is chosen once a command has the keys of its preset again, as far as no other was given them. */
export function withoutOwn(shortcuts: Shortcuts, id: CommandId): Shortcuts {
  return { ...shortcuts, own: shortcuts.own.filter(one => one.command !== id) }
}

// Keys for a command that only another version knows always count as differing.
function differs(preset: Shortcuts['preset'], { command, keys }: Shortcuts['own'][number]): boolean {
  const id = COMMAND_IDS.find(known => known === command)
  return id === undefined || keys.join(' | ') !== presetKeys(preset, id).join(' | ')
}
