/** The parts of a keyboard event a command is matched by. */
export type KeyPress = {
  key: string
  code: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
  isComposing: boolean
}

const NAMED: Readonly<Record<string, string>> = {
  ArrowDown: 'down',
  ArrowUp: 'up',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Enter: 'enter',
  Escape: 'esc',
  Delete: 'delete',
}

/**
 * One key press as a chord, such as `j`, `shift+d`, `?` or `mod+enter`; undefined when it may not be a
 * command: while composing, on dead keys, and with Alt (Option and AltGr type Polish letters).
 *
 * The typed Latin letter counts first, so that AZERTY and Dvorak are right; for a letter of another
 * script the physical key counts, so that БДС, фонетична and ЙЦУКЕН are right. A Latin letter outside
 * ASCII (ó, ż) is never a command. Ctrl and ⌘ are both `mod`.
 */
export function chordOf(press: KeyPress): string | undefined {
  if (press.isComposing || press.altKey || press.key === 'Dead') return undefined
  const name = NAMED[press.key] ?? charOf(press)
  if (name === undefined) return undefined
  const mod = press.ctrlKey || press.metaKey ? 'mod+' : ''
  const isShiftTold = press.shiftKey && (name.length > 1 || /[a-z]/.test(name))
  return `${mod}${isShiftTold ? 'shift+' : ''}${name}`
}

function charOf(press: KeyPress): string | undefined {
  if ([...press.key].length !== 1) return undefined
  if (/^[!-~]$/.test(press.key)) return press.key.toLowerCase()
  const isForeignLetter = /\p{L}/u.test(press.key) && !/\p{Script=Latin}/u.test(press.key)
  if (!isForeignLetter) return undefined
  // Ж and М stand where others have the sign.
  if (press.code === 'Semicolon') return press.shiftKey ? ':' : ';'
  return /^Key([A-Z])$/.exec(press.code)?.[1]?.toLowerCase()
}

/** What a chord leads to: a command's keys to run, a sequence begun, or nothing. */
export type KeyStep = { run: string } | { begun: string } | 'nothing'

/**
 * Takes one chord further through the known keys, where `g m` is a sequence of two chords.
 *
 * A sequence that does not go on falls back to the chord alone, so `g j` still moves down.
 *
 * @param begun the first chord of a sequence under way, or undefined
 */
export function stepKeys(known: ReadonlySet<string>, begun: string | undefined, chord: string): KeyStep {
  if (begun !== undefined && known.has(`${begun} ${chord}`)) return { run: `${begun} ${chord}` }
  if (known.has(chord)) return { run: chord }
  for (const keys of known) {
    if (keys.startsWith(`${chord} `)) return { begun: chord }
  }
  return 'nothing'
}

/** Whether a chord may act while the focus is in a text field: only with Ctrl or ⌘ (all of the text stays Ctrl+A), and Esc. */
export function actsInText(keys: string): boolean {
  return (keys.startsWith('mod+') && keys !== 'mod+a') || keys === 'esc'
}
