import { describe, expect, test } from 'vitest'
import type { Address } from '../../src/mail/mail-types.ts'
import { replyDefaults } from '../../src/tickets/reply-defaults.ts'
import { basisOf, RECIPIENT_CASES } from './recipient-matrix.ts'

const words = (people: readonly Address[]) => people.map(one => one.address).join(', ')

describe('a reply goes to', () => {
  test.each(RECIPIENT_CASES)('%s', (_promise, situation, gets) => {
    const { to, cc, replyTo } = replyDefaults(basisOf(situation))

    expect([to, cc, replyTo].map(words).join(' | ').replaceAll('  ', ' ')).toBe(gets)
  })
})
