import { describe, expect, test } from 'vitest'
import { keyRefusal, NO_SHORTCUTS } from '../../src/shared/shortcuts.ts'
import { bindingsOf } from '../../src/web/keys/bindings.ts'
import { ariaKeys, COMMAND_IDS, fixedKeys, keyWords } from '../../src/web/keys/command-list.ts'
import { actsInText, chordsOf, type KeyPress, stepKeys, tellsForeign } from '../../src/web/keys/match-key.ts'

function press(key: string, code: string, held: Partial<KeyPress> = {}): KeyPress {
  const nothing = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false }
  return { key, code, ...nothing, ...held }
}

describe('a key press becomes a command', () => {
  test.each([
    ['the letter typed, on QWERTY', press('j', 'KeyJ'), 'j'],
    ['the letter typed, not its place, on Dvorak', press('j', 'KeyC'), 'j'],
    ['the letter typed, not its place, on AZERTY', press('a', 'KeyQ'), 'a'],
    ['the place of a letter on ЙЦУКЕН', press('о', 'KeyJ'), 'j'],
    ['the place of a letter on БДС', press('т', 'KeyJ'), 'j'],
    ['the place of a capital on ЙЦУКЕН', press('В', 'KeyD', { shiftKey: true }), 'shift+d'],
    ['the sign typed, wherever it is', press('?', 'Digit7', { shiftKey: true }), '?'],
    ['a letter while Caps Lock is on', press('R', 'KeyR'), 'r'],
    ['Ctrl with Enter', press('Enter', 'Enter', { ctrlKey: true }), 'mod+enter'],
    ['⌘ and Shift with Enter', press('Enter', 'Enter', { metaKey: true, shiftKey: true }), 'mod+shift+enter'],
    ['the place of a sign under a letter of ЙЦУКЕН', press('ж', 'Semicolon', { ctrlKey: true }), 'mod+;'],
    [
      'the place of a sign that takes Shift',
      press('Ж', 'Semicolon', { ctrlKey: true, shiftKey: true }),
      'mod+:',
    ],
    ['the place of a bracket under a letter of ЙЦУКЕН', press('ъ', 'BracketRight'), ']'],
    ['the sign № where others have #', press('№', 'Digit0', { shiftKey: true }), '#'],
    [
      'a digit with Ctrl and Shift by its place',
      press('*', 'Digit8', { ctrlKey: true, shiftKey: true }),
      'mod+shift+8',
    ],
    ['an arrow', press('ArrowDown', 'ArrowDown'), 'down'],
  ])('%s', (_, pressed, chord) => {
    expect(chordsOf(pressed, false)[0]).toBe(chord)
  })

  test('on a keyboard of another script a sign counts as typed, then by its place', () => {
    expect(chordsOf(press('"', 'Digit2', { shiftKey: true }), true)).toEqual(['"', '@'])
    expect(chordsOf(press(',', 'KeyQ'), true)).toEqual([',', 'q'])
    expect(chordsOf(press('"', 'Digit2', { shiftKey: true }), false)).toEqual(['"'])
  })

  test('which script a keyboard types is told by its letters alone', () => {
    expect(['ж', 'j', 'ż', '?', 'Shift'].map(key => tellsForeign({ key }))).toEqual([
      true,
      false,
      false,
      undefined,
      undefined,
    ])
  })

  test.each([
    ['AltGr types a Polish letter on Windows', press('ó', 'KeyO', { altKey: true, ctrlKey: true })],
    ['Option types a Polish letter on a Mac', press('ę', 'KeyE', { altKey: true })],
    ['a Polish letter has a key of its own', press('ó', 'KeyO')],
    ['a word is being composed', press('j', 'KeyJ', { isComposing: true })],
    ['an accent waits for its letter', press('Dead', 'Quote')],
    ['AltGr types a sign on Linux', press('@', 'KeyQ', { getModifierState: name => name === 'AltGraph' })],
    ['a German keyboard has § above its 3', press('§', 'Digit3', { shiftKey: true })],
    ['a modifier is pressed alone', press('Shift', 'ShiftLeft', { shiftKey: true })],
  ])('never when %s', (_, pressed) => {
    expect(chordsOf(pressed, false)).toEqual([])
  })
})

describe('sequences', () => {
  const known = new Set(['g m', 'g !', 'j', '!', 'enter'])

  test('g then m is one command', () => {
    expect(stepKeys(known, undefined, ['g'])).toEqual({ begun: 'g' })
    expect(stepKeys(known, 'g', ['m'])).toEqual({ run: 'g m' })
  })

  test('a sign that is a command alone belongs to the sequence after g', () => {
    expect(stepKeys(known, 'g', ['!'])).toEqual({ run: 'g !' })
  })

  test('a key that does not go on is taken for itself', () => {
    expect(stepKeys(known, 'g', ['j'])).toEqual({ run: 'j' })
    expect(stepKeys(known, 'g', ['y'])).toBe('nothing')
  })

  test('what a key may be besides is tried where it goes on, and after what it surely is', () => {
    const withSign = new Set([...known, 'g @', '?'])

    expect(stepKeys(withSign, 'g', ['?', '@'])).toEqual({ run: 'g @' })
    expect(stepKeys(withSign, undefined, ['?', '@'])).toEqual({ run: '?' })
    expect(stepKeys(known, undefined, ['"', 'j'])).toEqual({ run: 'j' })
  })
})

describe('the list of commands', () => {
  const bindings = bindingsOf(NO_SHORTCUTS)
  const all = COMMAND_IDS.flatMap(id => bindings[id])

  test('no keys are given twice', () => {
    expect(new Set(all).size).toBe(all.length)
  })

  test.each(['desk', 'gmail'] as const)('no keys are given that an agent could not choose: %s', preset => {
    const given = bindingsOf({ ...NO_SHORTCUTS, preset })

    const refused = COMMAND_IDS.flatMap(id =>
      given[id].filter(keys => !fixedKeys(id).includes(keys) && keyRefusal(keys) !== undefined),
    )

    expect(refused).toEqual([])
  })

  test('inside a text field only chords with Ctrl or ⌘, and Esc, act', () => {
    expect(all.filter(keys => actsInText(keys))).toEqual(
      expect.arrayContaining(['mod+enter', 'mod+shift+enter', 'mod+.', 'mod+;', 'esc']),
    )
    expect(all.filter(keys => actsInText(keys))).toHaveLength(20)
  })

  test('keys are named as on the keyboard at hand', () => {
    expect(keyWords('mod+shift+enter', false)).toEqual(['Ctrl+Shift+Enter'])
    expect(keyWords('mod+shift+enter', true)).toEqual(['⌘⇧⏎'])
    expect(keyWords('g m', false)).toEqual(['g', 'm'])
    expect([...keyWords('mod+k', false), ...keyWords('shift+r', true)]).toEqual(['Ctrl+K', '⇧R'])
    expect(ariaKeys(['g m', 'mod+shift+enter', 'shift+up', 'delete'])).toBe(
      'Control+Shift+Enter Shift+ArrowUp Delete',
    )
    expect(ariaKeys(['g m'])).toBeUndefined()
  })
})
