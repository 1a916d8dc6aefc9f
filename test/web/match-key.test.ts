import { describe, expect, test } from 'vitest'
import { COMMANDS, keyWords } from '../../src/web/keys/command-list.ts'
import { actsInText, chordOf, type KeyPress, stepKeys } from '../../src/web/keys/match-key.ts'

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
    ['an arrow', press('ArrowDown', 'ArrowDown'), 'down'],
  ])('%s', (_, pressed, chord) => {
    expect(chordOf(pressed)).toBe(chord)
  })

  test.each([
    ['AltGr types a Polish letter on Windows', press('ó', 'KeyO', { altKey: true, ctrlKey: true })],
    ['Option types a Polish letter on a Mac', press('ę', 'KeyE', { altKey: true })],
    ['a Polish letter has a key of its own', press('ó', 'KeyO')],
    ['a word is being composed', press('j', 'KeyJ', { isComposing: true })],
    ['an accent waits for its letter', press('Dead', 'Quote')],
    ['a modifier is pressed alone', press('Shift', 'ShiftLeft', { shiftKey: true })],
  ])('never when %s', (_, pressed) => {
    expect(chordOf(pressed)).toBeUndefined()
  })
})

describe('sequences', () => {
  const known = new Set(['g m', 'g !', 'j', '!', 'enter'])

  test('g then m is one command', () => {
    expect(stepKeys(known, undefined, 'g')).toEqual({ begun: 'g' })
    expect(stepKeys(known, 'g', 'm')).toEqual({ run: 'g m' })
  })

  test('a sign that is a command alone belongs to the sequence after g', () => {
    expect(stepKeys(known, 'g', '!')).toEqual({ run: 'g !' })
  })

  test('a key that does not go on is taken for itself', () => {
    expect(stepKeys(known, 'g', 'j')).toEqual({ run: 'j' })
    expect(stepKeys(known, 'g', 'y')).toBe('nothing')
  })
})

describe('the list of commands', () => {
  const all = Object.values(COMMANDS).flatMap(command => [...command.keys] as string[])

  test('no keys are given twice', () => {
    expect(new Set(all).size).toBe(all.length)
  })

  test('no command uses Alt, or a chord browsers keep for themselves', () => {
    const reserved = /alt|^mod\+(?:shift\+)?[ntwrldp]$|^mod\+\d$|^f[56]$/

    expect(all.filter(keys => reserved.test(keys))).toEqual([])
  })

  test('inside a text field only chords with Ctrl or ⌘, and Esc, act', () => {
    expect(all.filter(keys => actsInText(keys))).toEqual(
      expect.arrayContaining(['mod+enter', 'mod+shift+enter', 'mod+.', 'mod+;', 'esc']),
    )
    expect(all.filter(keys => actsInText(keys))).toHaveLength(14)
  })

  test('keys are named as on the keyboard at hand', () => {
    expect(keyWords('mod+shift+enter', false)).toEqual(['Ctrl+Shift+Enter'])
    expect(keyWords('mod+shift+enter', true)).toEqual(['⌘⇧⏎'])
    expect(keyWords('g m', false)).toEqual(['g', 'm'])
  })
})
