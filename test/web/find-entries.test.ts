import { describe, expect, test } from 'vitest'
import { type Entry, findEntries, makeEntry } from '../../src/web/palette/find-entries.ts'
import { cpuMsOf } from '../mail/cpu-time.ts'

const nothing = () => undefined
const close = makeEntry({ id: 'command.close', kind: 'action', words: 'Затвори', run: nothing }, ['Close'])
const reopen = makeEntry({ id: 'command.reopen', kind: 'action', words: 'Отвори пак', run: nothing }, [
  'Reopen',
])
const closed = makeEntry({ id: 'queue.closed', kind: 'queue', words: 'Затворени', run: nothing }, ['Closed'])
const ana = makeEntry({ id: 'agent.7', kind: 'agent', words: 'Възложи #5 на Żaneta Щербакова', run: nothing })
const help = makeEntry({ id: 'command.help', kind: 'action', words: 'Клавиши', run: nothing }, [
  'Keyboard shortcuts',
])
const entries = [close, reopen, closed, ana, help]

function find(typed: string, uses: ReadonlyMap<string, number> = new Map()): string[] {
  return findEntries(entries, typed, uses, 10).map(entry => entry.id)
}

describe('the palette finds an entry', () => {
  test.each([
    ['затвор', 'in the language of the screen'],
    ['close', 'in English'],
    ['zatvor', 'transliterated'],
    ['ЗАТВОР', 'in capitals'],
  ])('%s: %s', typed => {
    expect(find(typed)).toEqual(['command.close', 'queue.closed'])
  })

  test.each(['zaneta', 'żaneta', 'shterb', 'shcherb', 'щерб', 'na zan'])(
    'with accents and letters as typed: %s',
    typed => {
      expect(find(typed)).toEqual(['agent.7'])
    },
  )

  test('by the beginnings of its words before those that hold the letters elsewhere', () => {
    expect(find('отвори')[0]).toBe('command.reopen')
    expect(find('tvor')).toEqual(['command.close', 'command.reopen', 'queue.closed'])
  })

  test('and nothing is sent by Enter alone', () => {
    const send = makeEntry({
      id: 'command.send',
      kind: 'action',
      words: 'Изпрати',
      run: nothing,
      sends: true,
    })
    const first = (typed: string) =>
      findEntries([send, close, reopen], typed, new Map([['command.send', 9]]), 10)[0]?.id

    expect(['', '>', 'изпр'].map(first)).toEqual(['command.close', 'command.close', 'command.send'])
  })

  test('first by all of its words before what only begins with them', () => {
    const toMe = makeEntry(
      { id: 'command.assign-me', kind: 'action', words: 'Przypisz do mnie', run: nothing },
      ['Assign to me'],
    )
    const assign = makeEntry({ id: 'command.assign', kind: 'action', words: 'Przypisz…', run: nothing }, [
      'Assign…',
    ])
    const first = (typed: string) =>
      findEntries([toMe, assign], typed, new Map([['command.assign-me', 9]]), 10)[0]?.id

    expect(['assign', 'Przypisz', 'przyp', 'assign to'].map(first)).toEqual([
      'command.assign',
      'command.assign',
      'command.assign-me',
      'command.assign-me',
    ])
  })

  test('first that is used often, among those that fit alike', () => {
    expect(find('затв', new Map([['queue.closed', 3]]))).toEqual(['queue.closed', 'command.close'])
  })

  test('of one kind by its sign', () => {
    expect(find('@')).toEqual(['agent.7'])
    expect(find('> close')).toEqual(['command.close'])
    expect(find('?')).toEqual(['command.help'])
  })

  test('among 5,000 within a few milliseconds a key', async () => {
    const many: Entry[] = Array.from({ length: 5_000 }, (_, at) =>
      makeEntry({ id: `tag.${at}`, kind: 'tag', words: `Етикет за #5: поръчка ${at}`, run: nothing }),
    )
    let found: Entry[] = []

    const cpuMs = await cpuMsOf(() => {
      found = findEntries([...many, ...entries], 'порач 4999', new Map(), 60)
    })

    // A bound that only a search that is not linear would miss.
    expect(cpuMs).toBeLessThan(200)
    expect(found.map(entry => entry.id)).toEqual(['tag.4999'])
  })
})
