import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signLetterdeskRef, verifyLetterdeskRef } from '../../src/mail/letterdesk-ref.ts'
import { canonicalMessageId, threadRef } from '../../src/mail/message-id.ts'
import { newMessageId } from '../../src/mail/new-message-id.ts'
import { findReplyTokens, signReplyToken, verifyReplyToken } from '../../src/mail/reply-token.ts'

const replyKey = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
const key = { id: 7, secret: Buffer.alloc(32, 7) }
const otherKey = { id: 8, secret: Buffer.alloc(32, 8) }

describe('reply tokens', () => {
  test('say their ticket and mailbox, and survive upper case mail systems', () => {
    const token = signReplyToken({ replyKey, mailboxId: 3, key })
    const id = newMessageId({ random: randomBytes(16), token, domain: 'example.com' })

    const found = findReplyTokens([`<${id.toUpperCase()}>`])

    expect(found).toEqual([token])
    expect(verifyReplyToken(found[0] ?? '', [otherKey, key])).toEqual({ replyKey, mailboxId: 3 })
  })

  test('fit a plus-address of support@ within 64 octets', () => {
    const token = signReplyToken({ replyKey, mailboxId: 127, key })

    const found = findReplyTokens([`support+${token}@example.com`])

    expect(`support+${token}`.length).toBeLessThanOrEqual(64)
    expect(found).toEqual([token])
  })

  test('one changed character, another key, an unknown key and 10,000 guesses prove nothing', () => {
    const token = signReplyToken({ replyKey, mailboxId: 300, key })
    const changed = [...token].map(
      (char, at) => token.slice(0, at) + (char === 'a' ? 'b' : 'a') + token.slice(at + 1),
    )
    const forged = signReplyToken({ replyKey, mailboxId: 300, key: { id: 7, secret: Buffer.alloc(32, 9) } })
    const guesses = Array.from({ length: 10_000 }, () =>
      randomBytes(40)
        .toString('hex')
        .replace(/[^a-f2-7]/g, 'a')
        .slice(0, 55),
    )

    const accepted = [...changed, forged, ...guesses].filter(one => verifyReplyToken(one, [key]))

    expect(accepted).toEqual([])
    expect(verifyReplyToken(token, [otherKey])).toBeUndefined()
  })

  test('a mail full of token shapes yields twenty at most', () => {
    const ids = Array.from(
      { length: 1_000 },
      (_, i) =>
        `x.${'a'.repeat(50)}${i.toString(2).replaceAll('0', 'b').replaceAll('1', 'c').padStart(10, 'd')}@e`,
    )

    const found = findReplyTokens(ids)

    expect(found).toHaveLength(20)
  })
})

describe('X-Letterdesk-Ref', () => {
  test('proves a message of ours and nothing else', () => {
    const ref = signLetterdeskRef({ messageUuid: replyKey, key })
    const other = ref.replace(replyKey, '00000000-4f89-41d3-9a0c-0305e82c3301')

    const verified = [ref, ref.toUpperCase(), other, `${ref}a`, replyKey, ''].map(one =>
      verifyLetterdeskRef(one, [key]),
    )

    expect(verified).toEqual([replyKey, replyKey, undefined, undefined, undefined, undefined])
  })
})

describe('ids', () => {
  test('two ids that differ by case share one place in the ancestor index', () => {
    const refs = ['<A.b@Example.org>', 'a.B@example.org', '<other@example.org>'].map(id =>
      threadRef(canonicalMessageId(id) ?? ''),
    )

    expect(refs[0]).toBe(refs[1])
    expect(refs[0]).not.toBe(refs[2])
    expect(refs[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  })

  test('an id of ours holds 128 random bits, the token, and an ASCII domain', () => {
    const id = newMessageId({ random: Buffer.alloc(16, 255), token: 'tok', domain: 'пример.bg' })

    expect(id).toBe(`${'7'.repeat(25)}4.tok@xn--e1afmkfd.bg`)
  })
})
