import { describe, expect, test } from 'vitest'
import { wordsOf } from '../../src/web/words-of.ts'

const POLISH = {
  mails_one: '{{count, number}} wiadomość',
  mails_few: '{{count, number}} wiadomości',
  mails_many: '{{count, number}} wiadomości!',
  mails_other: '{{count, number}} wiadomości?',
  shown: 'Widać: {{count}}',
  by: '{{name}} zamyka #{{number}}',
}
const t = wordsOf(POLISH, 'pl')

describe('the words of a key', () => {
  test('are those of the number they tell, written as the language has it', () => {
    const told = [1, 3, 5, 12_345, 1.5].map(count => t('mails', { count }))

    expect(told).toEqual([
      '1 wiadomość',
      '3 wiadomości',
      '5 wiadomości!',
      '12\u00a0345 wiadomości!',
      '1,5 wiadomości?',
    ])
  })

  test('are the key’s own where no number changes them', () => {
    const told = t('shown', { count: 2 })

    expect(told).toBe('Widać: 2')
  })

  test('take values as they are: what a value holds is no text of ours', () => {
    const told = t('by', { name: '{{number}} $& Ana', number: 7 })

    expect(told).toBe('{{number}} $& Ana zamyka #7')
  })

  test('leave out a value that is missing', () => {
    const told = t('by', { number: 7, name: undefined })

    expect(told).toBe(' zamyka #7')
  })

  test('are those of the first key that has any, else the last key itself', () => {
    const told = [t(['fault.none', 'shown'], { count: 1 }), t(['fault.none', 'nothing.here'])]

    expect(told).toEqual(['Widać: 1', 'nothing.here'])
  })
})
