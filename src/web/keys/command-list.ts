/** The groups of the shortcut sheet, in its order. */
export const COMMAND_GROUPS = ['everywhere', 'list', 'ticket', 'composer'] as const
export type CommandGroup = (typeof COMMAND_GROUPS)[number]

type CommandEntry = { keys: readonly string[]; group: CommandGroup }

/**
 * Every command with its keys; the words are `command.<id>` in the catalogues. No Alt and no Ctrl+Alt,
 * and no chord a browser keeps for itself.
 */
export const COMMANDS = {
  'go-mine': { keys: ['g m'], group: 'everywhere' },
  'go-unassigned': { keys: ['g u'], group: 'everywhere' },
  'go-all': { keys: ['g a'], group: 'everywhere' },
  'go-mentions': { keys: ['g @'], group: 'everywhere' },
  'go-drafts': { keys: ['g d'], group: 'everywhere' },
  'go-snoozed': { keys: ['g z'], group: 'everywhere' },
  'go-sent': { keys: ['g s'], group: 'everywhere' },
  'go-closed': { keys: ['g x'], group: 'everywhere' },
  'go-spam': { keys: ['g !'], group: 'everywhere' },
  notifications: { keys: ['g n'], group: 'everywhere' },
  'new-mail': { keys: ['c'], group: 'everywhere' },
  search: { keys: ['/', 'mod+shift+f'], group: 'everywhere' },
  palette: { keys: ['mod+k'], group: 'everywhere' },
  'go-trash': { keys: ['g #'], group: 'everywhere' },
  undo: { keys: ['z'], group: 'everywhere' },
  layout: { keys: ['mod+\\'], group: 'everywhere' },
  theme: { keys: ['shift+d'], group: 'everywhere' },
  help: { keys: ['?'], group: 'everywhere' },
  leave: { keys: ['esc'], group: 'everywhere' },
  next: { keys: ['j', 'down'], group: 'list' },
  previous: { keys: ['k', 'up'], group: 'list' },
  open: { keys: ['o', 'enter'], group: 'list' },
  back: { keys: ['u'], group: 'list' },
  select: { keys: ['x'], group: 'list' },
  'select-next': { keys: ['shift+j', 'shift+down'], group: 'list' },
  'select-previous': { keys: ['shift+k', 'shift+up'], group: 'list' },
  'select-all': { keys: ['mod+a'], group: 'list' },
  filter: { keys: ['shift+f'], group: 'list' },
  reply: { keys: ['r'], group: 'ticket' },
  note: { keys: ['n'], group: 'ticket' },
  forward: { keys: ['f'], group: 'ticket' },
  'assign-me': { keys: ['i'], group: 'ticket' },
  assign: { keys: ['a'], group: 'ticket' },
  state: { keys: ['s'], group: 'ticket' },
  tags: { keys: ['t'], group: 'ticket' },
  snooze: { keys: ['b', 'h'], group: 'ticket' },
  priority: { keys: ['p'], group: 'ticket' },
  mailbox: { keys: ['v'], group: 'ticket' },
  merge: { keys: ['shift+m'], group: 'ticket' },
  close: { keys: ['e'], group: 'ticket' },
  reopen: { keys: ['shift+e'], group: 'ticket' },
  spam: { keys: ['!'], group: 'ticket' },
  delete: { keys: ['#', 'delete'], group: 'ticket' },
  follow: { keys: ['y'], group: 'ticket' },
  quotes: { keys: ['q'], group: 'ticket' },
  customer: { keys: [']'], group: 'ticket' },
  send: { keys: ['mod+enter'], group: 'composer' },
  'send-close': { keys: ['mod+shift+enter'], group: 'composer' },
  'send-snooze': { keys: ['mod+:'], group: 'composer' },
  'saved-reply': { keys: ['mod+;'], group: 'composer' },
  'switch-mode': { keys: ['mod+.'], group: 'composer' },
  // The editor's own, named here for the sheet and the tools.
  'text-bold': { keys: ['mod+b'], group: 'composer' },
  'text-italic': { keys: ['mod+i'], group: 'composer' },
  'text-list': { keys: ['mod+shift+8'], group: 'composer' },
  'text-numbers': { keys: ['mod+shift+7'], group: 'composer' },
  'text-quote': { keys: ['mod+shift+9'], group: 'composer' },
  'text-code': { keys: ['mod+e'], group: 'composer' },
} as const satisfies Record<string, CommandEntry>

export type CommandId = keyof typeof COMMANDS

/** The keys of a command as people read them: `G then M` is `g m`, Mod is ⌘ on a Mac, else Ctrl. */
export function keyWords(keys: string, isMac: boolean): string[] {
  return keys.split(' ').map(chord =>
    chord
      .split('+')
      .map(part => KEY_WORDS[part]?.[isMac ? 1 : 0] ?? part)
      .join(isMac ? '' : '+'),
  )
}

const KEY_WORDS: Readonly<Record<string, readonly [string, string]>> = {
  mod: ['Ctrl', '⌘'],
  shift: ['Shift', '⇧'],
  enter: ['Enter', '⏎'],
  esc: ['Esc', 'Esc'],
  down: ['↓', '↓'],
  up: ['↑', '↑'],
  delete: ['Del', '⌦'],
}

/** The keys for `aria-keyshortcuts`: only single chords can be told there. */
export function ariaKeys(id: CommandId): string | undefined {
  const chords = COMMANDS[id].keys.filter(keys => !keys.includes(' '))
  if (chords.length === 0) return undefined
  return chords
    .map(chord => chord.replace('mod', 'Control').replace('shift', 'Shift').replace('enter', 'Enter'))
    .map(chord =>
      chord
        .replace('esc', 'Escape')
        .replace('down', 'ArrowDown')
        .replace(/(^|\+)up$/, '$1ArrowUp'),
    )
    .map(chord => chord.replace('delete', 'Delete'))
    .join(' ')
}
