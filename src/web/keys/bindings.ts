import { keysClash, type Shortcuts } from '../../shared/shortcuts.ts'
import { COMMAND_IDS, COMMANDS, type CommandId, fixedKeys } from './command-list.ts'

/** The keys that count for one agent, by command. */
export type Bindings = Readonly<Record<CommandId, readonly string[]>>

/** Where Gmail's habits differ from ours. */
const GMAIL: Partial<Record<CommandId, readonly string[]>> = {
  'go-mine': ['g i'],
  'go-sent': ['g t'],
  'select-all': ['* a'],
  'select-none': ['* n'],
  reply: ['a'],
  'reply-sender': ['r'],
  note: ['shift+n'],
  'next-message': ['n', 'shift+down'],
  'previous-message': ['p', 'shift+up'],
  assign: ['shift+a'],
  state: ['shift+s'],
  follow: ['s', 'y'],
  priority: ['shift+p'],
}

/** The keys of a command as a preset has them, without those that are fixed. */
export function presetKeys(preset: Shortcuts['preset'], id: CommandId): readonly string[] {
  return (preset === 'gmail' ? GMAIL[id] : undefined) ?? COMMANDS[id].keys
}

/**
 * The keys of every command: what the agent chose, else the preset's as far as nothing chosen stands in their way. Where
 * two chosen ones clash the first counts. Commands of other versions are passed over.
 */
export function bindingsOf({ preset, scope, own }: Shortcuts): Bindings {
  const chosen = new Map(own.map(({ command, keys }) => [command, keys]))
  const taken = COMMAND_IDS.flatMap(fixedKeys)
  const free = (keys: readonly string[]) => keys.filter(one => !taken.some(other => keysClash(one, other)))
  const result = new Map<CommandId, readonly string[]>()
  const give = (id: CommandId, keys: readonly string[]) => {
    const given = free(keys)
    taken.push(...given)
    result.set(
      id,
      [...given, ...fixedKeys(id)].filter(one => isInScope(one, scope, fixedKeys(id))),
    )
  }
  for (const id of COMMAND_IDS) give(id, chosen.get(id) ?? [])
  for (const id of COMMAND_IDS) if (!chosen.has(id)) give(id, presetKeys(preset, id))
  return Object.fromEntries(result) as Bindings
}

/** Whether keys act in a scope: only with Ctrl or ⌘ means none that types a character (WCAG 2.1.4). */
function isInScope(keys: string, scope: Shortcuts['scope'], fixed: readonly string[]): boolean {
  if (scope === 'all') return true
  if (scope === 'mod') return !typesCharacter(keys)
  return fixed.includes(keys) && !typesCharacter(keys) && !keys.startsWith('mod+')
}

function typesCharacter(keys: string): boolean {
  return keys
    .split(' ')
    .some(chord => !chord.startsWith('mod+') && /^(?:.|space)$/u.test(chord.replace('shift+', '')))
}
