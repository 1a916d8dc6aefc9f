/** The parts of a keyboard event a command is matched by. */
export type KeyPress = {
  key: string
  code: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
  isComposing: boolean
  getModifierState?: (name: string) => boolean
}

const NAMED: Readonly<Record<string, string>> = {
  ArrowDown: 'down',
  ArrowUp: 'up',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Enter: 'enter',
  Escape: 'esc',
  Delete: 'delete',
  ' ': 'space',
}

// What stands at each place of a US keyboard, without Shift and with it.
const SIGNS: Readonly<Record<string, string>> = {
  Semicolon: ';:',
  Quote: `'"`,
  BracketLeft: '[{',
  BracketRight: ']}',
  Comma: ',<',
  Period: '.>',
  Slash: '/?',
  Backquote: '`~',
  Backslash: '\\|',
  Minus: '-_',
  Equal: '=+',
  Digit1: '1!',
  Digit2: '2@',
  Digit3: '3#',
  Digit4: '4$',
  Digit5: '5%',
  Digit6: '6^',
  Digit7: '7&',
  Digit8: '8*',
  Digit9: '9(',
  Digit0: '0)',
}

/**
 * One key press as chords, such as `j`, `shift+d`, `?` or `mod+enter`, the surest first; none when it may not be a
 * command: while composing, on dead keys, and with Alt or AltGr (they type Polish letters).
 *
 * The typed Latin letter or sign counts first, so that AZERTY and Dvorak are right; for a letter of another
 * script the place of the key counts, so that БДС, фонетична and ЙЦУКЕН are right. A Latin letter outside
 * ASCII (ó, ż) is never a command. Digits with Ctrl and Shift are told by their place, as editors do. Ctrl and ⌘ are both `mod`.
 *
 * @param isForeign the keyboard types letters of another script: where it has other signs, their place counts too
 */
export function chordsOf(press: KeyPress, isForeign: boolean): string[] {
  if (!mayCommand(press)) return []
  const named = NAMED[press.key]
  const names = named === undefined ? namesOf(press, isForeign) : [named]
  return names.map(name => chordOf(press, name))
}

function mayCommand(press: KeyPress): boolean {
  const isAlt = press.altKey || press.getModifierState?.('AltGraph') === true
  return !press.isComposing && !isAlt && press.key !== 'Dead'
}

function chordOf({ ctrlKey, metaKey, shiftKey }: KeyPress, name: string): string {
  const hasMod = ctrlKey || metaKey
  const isShiftTold = shiftKey && (name.length > 1 || (hasMod ? /[a-z\d]/ : /[a-z]/).test(name))
  return `${hasMod ? 'mod+' : ''}${isShiftTold ? 'shift+' : ''}${name}`
}

function namesOf(press: KeyPress, isForeign: boolean): string[] {
  const { key, code, shiftKey } = press
  if ([...key].length !== 1) return []
  const isTyped = /^[!-~]$/.test(key)
  const isPlaced = isTyped ? isForeign && !/[a-z]/i.test(key) : isElsewhere(key)
  const digit = shiftKey && (press.ctrlKey || press.metaKey) ? /^Digit(\d)$/.exec(code)?.[1] : undefined
  const names = [digit, isTyped ? key.toLowerCase() : undefined, isPlaced ? placeOf(press) : undefined]
  return names.filter(name => name !== undefined)
}

/**
 * Whether a press tells that the keyboard types letters of another script, or that it does not; undefined when it tells
 * nothing.
 */
export function tellsForeign({ key }: Pick<KeyPress, 'key'>): boolean | undefined {
  if ([...key].length !== 1 || !/\p{L}/u.test(key)) return undefined
  return !/\p{Script=Latin}/u.test(key)
}

// № stands for #, wherever it is; what a German keyboard has above its 3 (§) is a sign of its own.
function isElsewhere(key: string): boolean {
  return key === '№' || tellsForeign({ key }) === true
}

function placeOf({ key, code, shiftKey }: KeyPress): string | undefined {
  if (key === '№') return '#'
  return /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? SIGNS[code]?.charAt(shiftKey ? 1 : 0)
}

/** What a chord leads to: a command's keys to run, a sequence begun, or nothing. */
export type KeyStep = { run: string } | { begun: string } | 'nothing'

/**
 * Takes one press further through the known keys, where `g m` is a sequence of two chords.
 *
 * A sequence that does not go on falls back to the chord alone, so `g j` still moves down.
 *
 * @param begun the first chord of a sequence under way, or undefined
 * @param chords what the press may be, the surest first
 */
export function stepKeys(
  known: ReadonlySet<string>,
  begun: string | undefined,
  chords: readonly string[],
): KeyStep {
  const next = begun === undefined ? undefined : chords.find(chord => known.has(`${begun} ${chord}`))
  if (next !== undefined) return { run: `${begun} ${next}` }
  for (const chord of chords) {
    if (known.has(chord)) return { run: chord }
    for (const keys of known) {
      if (keys.startsWith(`${chord} `)) return { begun: chord }
    }
  }
  return 'nothing'
}

// In a text field these are the field's own, whatever they do elsewhere.
const OF_TEXT: readonly string[] = ['mod+a', 'mod+z']

/** Whether keys may act while the focus is in a text field: only with Ctrl or ⌘ (all of the text stays Ctrl+A), and Esc. */
export function actsInText(keys: string): boolean {
  return (keys.startsWith('mod+') && !OF_TEXT.includes(keys)) || keys === 'esc'
}
