/** The groups of the shortcut sheet, in its order. */
export const COMMAND_GROUPS = ['everywhere', 'list', 'ticket', 'composer'] as const
export type CommandGroup = (typeof COMMAND_GROUPS)[number]

/** `fixed` keys cannot be taken away or given to another command: they move, leave and undo as everywhere. */
type CommandEntry = { keys: readonly string[]; fixed?: readonly string[]; group: CommandGroup }

/**
 * Every command with its keys before anybody chose others (bindings.ts has those that count); the words are
 * `command.<id>` in the catalogues. No Alt and no Ctrl+Alt, and no chord a browser keeps for itself.
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
  'go-trash': { keys: ['g #'], group: 'everywhere' },
  'go-mailbox': {
    keys: [],
    fixed: ['g 1', 'g 2', 'g 3', 'g 4', 'g 5', 'g 6', 'g 7', 'g 8', 'g 9'],
    group: 'everywhere',
  },
  'go-settings': { keys: ['g ,'], group: 'everywhere' },
  'new-mail': { keys: ['c'], group: 'everywhere' },
  search: { keys: ['/', 'mod+shift+f'], group: 'everywhere' },
  palette: { keys: ['mod+k'], group: 'everywhere' },
  actions: { keys: ['.'], group: 'everywhere' },
  undo: { keys: ['z'], fixed: ['mod+z'], group: 'everywhere' },
  layout: { keys: ['mod+\\'], group: 'everywhere' },
  sidebar: { keys: ['['], group: 'everywhere' },
  theme: { keys: ['shift+d'], group: 'everywhere' },
  help: { keys: ['?', 'mod+/'], group: 'everywhere' },
  leave: { keys: [], fixed: ['esc'], group: 'everywhere' },
  next: { keys: ['j'], fixed: ['down'], group: 'list' },
  previous: { keys: ['k'], fixed: ['up'], group: 'list' },
  open: { keys: ['o'], fixed: ['enter'], group: 'list' },
  peek: { keys: [], fixed: ['space'], group: 'list' },
  back: { keys: ['u'], group: 'list' },
  select: { keys: ['x'], group: 'list' },
  'select-next': { keys: ['shift+j'], group: 'list' },
  'select-previous': { keys: ['shift+k'], group: 'list' },
  'select-all': { keys: [], fixed: ['mod+a'], group: 'list' },
  'select-none': { keys: [], group: 'list' },
  filter: { keys: ['shift+f'], group: 'list' },
  'mark-read': { keys: ['shift+i'], group: 'list' },
  'mark-unread': { keys: ['shift+u'], group: 'list' },
  reply: { keys: ['r'], group: 'ticket' },
  'reply-sender': { keys: ['shift+r'], group: 'ticket' },
  note: { keys: ['n'], group: 'ticket' },
  forward: { keys: ['f'], group: 'ticket' },
  'assign-me': { keys: ['i'], group: 'ticket' },
  assign: { keys: ['a'], group: 'ticket' },
  state: { keys: ['s'], group: 'ticket' },
  tags: { keys: ['t', 'l'], group: 'ticket' },
  snooze: { keys: ['b', 'h'], group: 'ticket' },
  priority: { keys: ['p'], group: 'ticket' },
  mailbox: { keys: ['v'], group: 'ticket' },
  merge: { keys: ['shift+m'], group: 'ticket' },
  split: { keys: ['shift+x'], group: 'ticket' },
  close: { keys: ['e'], group: 'ticket' },
  reopen: { keys: ['shift+e'], group: 'ticket' },
  spam: { keys: ['!'], group: 'ticket' },
  delete: { keys: ['#', 'delete'], group: 'ticket' },
  follow: { keys: ['y'], group: 'ticket' },
  'next-message': { keys: ['shift+down'], group: 'ticket' },
  'previous-message': { keys: ['shift+up'], group: 'ticket' },
  'expand-all': { keys: [';'], group: 'ticket' },
  'collapse-all': { keys: [':'], group: 'ticket' },
  details: { keys: ['d'], group: 'ticket' },
  quotes: { keys: ['q'], group: 'ticket' },
  'copy-link': { keys: ['shift+c'], group: 'ticket' },
  customer: { keys: [']'], group: 'ticket' },
  'merge-customer': { keys: [], group: 'ticket' },
  send: { keys: ['mod+enter'], group: 'composer' },
  'send-close': { keys: ['mod+shift+enter'], group: 'composer' },
  'send-snooze': { keys: ['mod+:'], group: 'composer' },
  'saved-reply': { keys: ['mod+;'], group: 'composer' },
  'switch-mode': { keys: ['mod+.'], group: 'composer' },
  'full-height': { keys: ['mod+shift+up'], group: 'composer' },
  'add-cc': { keys: ['mod+shift+c'], group: 'composer' },
  'add-bcc': { keys: ['mod+shift+b'], group: 'composer' },
  'text-bold': { keys: ['mod+b'], group: 'composer' },
  'text-italic': { keys: ['mod+i'], group: 'composer' },
  'text-underline': { keys: ['mod+u'], group: 'composer' },
  'text-list': { keys: ['mod+shift+8'], group: 'composer' },
  'text-numbers': { keys: ['mod+shift+7'], group: 'composer' },
  'text-quote': { keys: ['mod+shift+9'], group: 'composer' },
  'text-code': { keys: ['mod+e'], group: 'composer' },
} as const satisfies Record<string, CommandEntry>

export type CommandId = keyof typeof COMMANDS

/** What can be run at this moment, and what it would be about. */
export type Runnable = {
  has: (id: CommandId) => boolean
  /** Whether the command is about all that is selected. */
  isOfSelection: (id: CommandId) => boolean
  run: (id: CommandId) => void
}

/** All commands in the order of the sheet. */
export const COMMAND_IDS = Object.keys(COMMANDS) as CommandId[]

/** The keys of a command that stay whatever is chosen. */
export function fixedKeys(id: CommandId): readonly string[] {
  const command: CommandEntry = COMMANDS[id]
  return command.fixed ?? []
}

/** What sends at once. */
export const SENDS: readonly CommandId[] = ['send', 'send-close']

/** The keys of a command as people read them: `G then M` is `g m`, Mod is ⌘ on a Mac, else Ctrl. */
export function keyWords(keys: string, isMac: boolean): string[] {
  return keys.split(' ').map(chord => {
    const parts = chord.split('+')
    const word = (part: string) =>
      KEY_WORDS[part]?.[isMac ? 1 : 0] ?? (parts.length > 1 ? capital(part) : part)
    return parts.map(word).join(isMac ? '' : '+')
  })
}

// A letter alone is pressed as it reads; beside Ctrl it is the name of its key.
function capital(part: string): string {
  return part.length === 1 ? part.toUpperCase() : part
}

const KEY_WORDS: Readonly<Record<string, readonly [string, string]>> = {
  mod: ['Ctrl', '⌘'],
  shift: ['Shift', '⇧'],
  enter: ['Enter', '⏎'],
  esc: ['Esc', 'Esc'],
  down: ['↓', '↓'],
  up: ['↑', '↑'],
  delete: ['Del', '⌦'],
  space: ['Space', 'Space'],
}

/** Keys as `aria-keyshortcuts` has them: only single chords can be told there. */
export function ariaKeys(all: readonly string[]): string | undefined {
  const chords = all.filter(keys => !keys.includes(' '))
  if (chords.length === 0) return undefined
  return chords.map(chord => chord.replace(/[a-z]{2,}/g, word => ARIA_WORDS[word] ?? word)).join(' ')
}

const ARIA_WORDS: Readonly<Record<string, string>> = {
  mod: 'Control',
  shift: 'Shift',
  enter: 'Enter',
  esc: 'Escape',
  down: 'ArrowDown',
  up: 'ArrowUp',
  delete: 'Delete',
  space: 'Space',
}
