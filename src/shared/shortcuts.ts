/** Whose habits the keys begin from. */
export const SHORTCUT_PRESETS = ['desk', 'gmail'] as const

/** Which keys act: all, only those that type nothing (WCAG 2.1.4), or the ones that merely move and leave. */
export const SHORTCUT_SCOPES = ['all', 'mod', 'none'] as const

/**
 * The keys an agent chose: where they differ from a preset, and nothing else. `own` names a command of the web app
 * with all its keys, none where they were taken away; a command that a version does not know is left alone.
 */
export type Shortcuts = {
  preset: (typeof SHORTCUT_PRESETS)[number]
  scope: (typeof SHORTCUT_SCOPES)[number]
  own: { command: string; keys: string[] }[]
}

/** What holds until an agent chooses. */
export const NO_SHORTCUTS: Shortcuts = { preset: 'desk', scope: 'all', own: [] }

/**
 * Why keys cannot be given to any command: `unreadable` is no key press we can tell (Alt and AltGr, which type letters, have
 * no name here), `plain` keeps its meaning everywhere, `reserved` belongs to browsers, systems or screen readers,
 * `editing` to text that is written, and of two presses in a row neither may hold Ctrl (`sequence`).
 */
export type KeyRefusal = 'unreadable' | 'plain' | 'reserved' | 'editing' | 'sequence'

const CHORD =
  /^(?:mod\+)?(?:(?:shift\+)?(?:[a-z0-9]|down|up|left|right|enter|delete|esc|tab)|[!-/:-@[-`{-~])$/

// Esc leaves, Tab goes on, Enter and the arrows are of what has the focus.
const PLAIN = /^(?:(?:mod\+)?(?:shift\+)?(?:esc|tab)|(?:shift\+)?enter|down|up|left|right)$/

// Chrome, Firefox, Safari and Edge: windows, tabs, address, reload, print, find, bookmarks, zoom, quitting, hiding.
const RESERVED = /^mod\+(?:[dfhlmnpqrtw=+_-]|\d|shift\+[nprtwqm])$/

// The caret by words and to the ends, and what every text field has; Shift+↑ is the composer's.
const EDITING = /^mod\+(?:[acvxyz]|up|shift\+[vz]|(?:shift\+)?(?:down|left|right|delete))$/

/** Why these keys, one chord or two with a space between, cannot be chosen; undefined where they can. */
export function keyRefusal(keys: string): KeyRefusal | undefined {
  const chords = keys.split(' ')
  if (chords.length > 2 || !chords.every(chord => CHORD.test(chord))) return 'unreadable'
  if (chords.some(chord => PLAIN.test(chord))) return 'plain'
  if (chords.some(chord => RESERVED.test(chord))) return 'reserved'
  if (chords.some(chord => EDITING.test(chord))) return 'editing'
  if (chords.length > 1 && keys.includes('mod+')) return 'sequence'
  return undefined
}

/** Whether two keys cannot both act: they are the same, or one is how the other begins. */
export function keysClash(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `)
}
