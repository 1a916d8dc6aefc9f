import { describe, expect, test } from 'vitest'
import { keyRefusal, NO_SHORTCUTS, type Shortcuts } from '../../src/shared/shortcuts.ts'
import { bindingsOf } from '../../src/web/keys/bindings.ts'
import { freeKeys, losersOf, refusalOf, withKeys, withoutOwn } from '../../src/web/keys/choose-keys.ts'
import { COMMAND_IDS } from '../../src/web/keys/command-list.ts'

const chosen = (own: Record<string, string[]>, rest: Partial<Shortcuts> = {}): Shortcuts => ({
  ...NO_SHORTCUTS,
  ...rest,
  own: Object.entries(own).map(([command, keys]) => ({ command, keys })),
})

describe('the keys that count', () => {
  test('are those of the preset but where the agent chose others, who take them from theirs', () => {
    const bindings = bindingsOf(chosen({ close: ['w', 'r'], tags: [] }))

    expect(bindings.close).toEqual(['w', 'r'])
    expect(bindings.reply).toEqual([])
    expect(bindings.tags).toEqual([])
    expect(bindings.note).toEqual(['n'])
  })

  test('never lose those that are fixed, and a key that begins a sequence takes all it would hide', () => {
    const bindings = bindingsOf(
      chosen({ leave: [], close: ['esc', 'mod+z'], theme: ['*'] }, { preset: 'gmail' }),
    )

    expect(bindings.leave).toEqual(['esc'])
    expect(bindings.close).toEqual([])
    expect(bindings.theme).toEqual(['*'])
    expect(bindings['select-all']).toEqual(['mod+a'])
    expect(bindings['select-none']).toEqual([])
  })

  test('are given once where two chosen ones clash, and commands of other versions are passed over', () => {
    const bindings = bindingsOf(chosen({ 'fly-away': ['e'], close: ['w'], reply: ['w', 'k'] }))

    expect(bindings.close).toEqual([])
    expect(bindings.reply).toEqual(['w', 'k'])
    expect(bindings.previous).toEqual(['up'])
    expect(Object.keys(bindings)).toEqual(expect.not.arrayContaining(['fly-away']))
  })

  test('of the Gmail preset answer the sender by r and all by a, and walk messages by n and p', () => {
    const bindings = bindingsOf({ ...NO_SHORTCUTS, preset: 'gmail' })

    expect(bindings['reply-sender']).toEqual(['r'])
    expect(bindings.reply).toEqual(['a'])
    expect(bindings['next-message']).toEqual(['n', 'shift+down'])
    expect(bindings.note).toEqual(['shift+n'])
    expect(bindings['select-all']).toEqual(['* a', 'mod+a'])
    const all = COMMAND_IDS.flatMap(id => bindings[id])
    expect(new Set(all).size).toBe(all.length)
  })

  test('type no character where single keys are off, and only move and leave where all are', () => {
    const withMod = bindingsOf({ ...NO_SHORTCUTS, scope: 'mod' })
    const none = bindingsOf({ ...NO_SHORTCUTS, scope: 'none' })

    const all = COMMAND_IDS.flatMap(id => withMod[id])
    expect(all.filter(keys => /^(?:shift\+)?(?:.|space)$|^. .$/.test(keys))).toEqual([])
    expect(all).toEqual(expect.arrayContaining(['mod+k', 'mod+enter', 'shift+down', 'enter', 'delete']))
    expect(COMMAND_IDS.flatMap(id => none[id])).toEqual(['esc', 'down', 'up', 'enter'])
  })
})

describe('choosing keys', () => {
  const bindings = bindingsOf(NO_SHORTCUTS)

  test('names every command that would lose some', () => {
    expect(losersOf(bindings, 'close', 'r')).toEqual(['reply'])
    expect(losersOf(bindings, 'close', 'e')).toEqual([])
    expect(losersOf(bindings, 'close', 'g')).toContain('go-mine')
    expect(losersOf(bindings, 'close', 'r x')).toEqual(['reply'])
  })

  test.each([
    ['esc', 'plain'],
    ['tab', 'plain'],
    ['enter', 'plain'],
    ['g enter', 'plain'],
    ['down', 'plain'],
    ['mod+w', 'reserved'],
    ['mod+shift+t', 'reserved'],
    ['mod+3', 'reserved'],
    ['mod++', 'reserved'],
    ['mod+c', 'editing'],
    ['mod+shift+left', 'editing'],
    ['g mod+b', 'sequence'],
    ['alt+e', 'unreadable'],
    ['mod+alt+e', 'unreadable'],
    ['g m m', 'unreadable'],
    ['ę', 'unreadable'],
    ['я', 'unreadable'],
    ['E', 'unreadable'],
    ['', 'unreadable'],
    ['constructor', 'unreadable'],
  ])('refuses %s: %s', (keys, reason) => {
    expect(keyRefusal(keys)).toBe(reason)
  })

  test.each(['e', 'shift+e', 'g 0', '!', '+', 'mod+;', 'mod+shift+8', 'mod+enter', 'shift+down'])(
    'lets %s be given',
    keys => {
      expect(keyRefusal(keys)).toBeUndefined()
    },
  )

  test('refuses letters where they are text, and what is fixed or hides it', () => {
    expect(refusalOf('send', 'w')).toBe('text')
    expect(refusalOf('send', 'mod+;')).toBeUndefined()
    expect(refusalOf('close', 'g')).toBe('fixed')
    expect(refusalOf('close', 'g 1')).toBe('fixed')
    expect(refusalOf('close', 'g q')).toBeUndefined()
  })

  test('keeps what differs from the preset and nothing else', () => {
    const moved = withKeys(NO_SHORTCUTS, 'close', ['w'])
    const back = withKeys(moved, 'close', ['e'])

    expect(moved.own).toEqual([{ command: 'close', keys: ['w'] }])
    expect(back).toEqual(NO_SHORTCUTS)
  })

  test('takes keys from the command that was given them before, also one of another version', () => {
    const before = chosen({ close: ['w', 'm'], macro: ['m'] })

    const after = withKeys(before, 'reply', ['m'])

    expect(after.own).toEqual([
      { command: 'close', keys: ['w'] },
      { command: 'macro', keys: [] },
      { command: 'reply', keys: ['m'] },
    ])
    expect(bindingsOf(after)).toMatchObject({ close: ['w'], reply: ['m'] })
  })

  test('taken away, keys are nobody’s, and come back with the preset', () => {
    const before = withKeys(
      NO_SHORTCUTS,
      'snooze',
      freeKeys(bindings, 'snooze').filter(keys => keys !== 'h'),
    )

    expect(bindingsOf(before).snooze).toEqual(['b'])
    expect(bindingsOf(withKeys(before, 'snooze', [])).snooze).toEqual([])
    expect(bindingsOf(withoutOwn(before, 'snooze')).snooze).toEqual(['b', 'h'])
  })
})
