import { describe, expect, test } from 'vitest'
import { parseAddress, sameAddress } from '../../src/mail/address.ts'
import { parseAddressList } from '../../src/mail/address-list.ts'

const fromLatin1 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString()

const list = (field: string): string[] =>
  parseAddressList(Buffer.from(field).toString('latin1'), fromLatin1).addresses.map(one =>
    one.name ? `${one.name} <${one.address}>` : one.address,
  )

describe('address fields', () => {
  test.each([
    ['a@x.test', ['a@x.test']],
    ['Ann <a@X.Test>, b@y.test', ['Ann <a@x.test>', 'b@y.test']],
    ['"Doe, John" <j@x.test>', ['Doe, John <j@x.test>']],
    ['Doe, John <j@x.test>', ['Doe, John <j@x.test>']],
    ['"A \\"B\\" C" <a@x.test>', ['A "B" C <a@x.test>']],
    ['a@x.test (Ann Smith)', ['Ann Smith <a@x.test>']],
    ['Ann Smith (a@x.test), Bob <b@y.test>', ['Ann Smith <a@x.test>', 'Bob <b@y.test>']],
    ['Ann <a@x.test> Bob <b@y.test>', ['Ann <a@x.test>', 'Bob <b@y.test>']],
    ['a@x.test b@y.test', ['a@x.test', 'b@y.test']],
    ['Ann Smith [a@x.test]', ['Ann Smith <a@x.test>']],
    ['Ann <mailto:a@x.test>', ['Ann <a@x.test>']],
    ['Group: a@x.test, Bob <b@y.test>;, c@z.test', ['a@x.test', 'Bob <b@y.test>', 'c@z.test']],
    ['undisclosed-recipients:;', []],
    ['<@relay.test,@other.test:a@x.test>', ['a@x.test']],
    ['Chris Jones <c@(his host.)public.example>', ['Chris Jones <c@public.example>']],
    ['a@x.test; b@y.test', ['a@x.test', 'b@y.test']],
    ['a@x <b@y.test>', ['a@x <b@y.test>']],
    ['"unclosed <a@x.test>', ['unclosed <a@x.test>']],
    ['Ann <a@x.test', ['Ann <a@x.test>']],
    ['"odd one"@x.test', ['"odd one"@x.test']],
    ['<>', []],
    ['no address at all', []],
    ['用户@例子.测试', ['用户@例子.测试']],
  ])('%s', (field, expected) => {
    const found = list(field)

    expect(found).toEqual(expected)
  })
})

describe('one address', () => {
  test.each([
    'a@x.test>\r\nRCPT TO:<v@x.test',
    'a@x.test\u0000',
    'a@x.test, b@x.test',
    'a b@x.test',
    '@x.test',
    'a@',
    'a@-x.test',
    'a@x..test',
    `${'a'.repeat(400)}@x.test`,
  ])('%j is none', input => {
    const address = parseAddress(input)

    expect(address).toBeUndefined()
  })

  test('is compared without case and across both forms of its domain, with its dots and plus part', () => {
    const same = [
      sameAddress('Ann@Example.org', 'ann@EXAMPLE.org'),
      sameAddress('a@пример.bg', 'a@xn--e1afmkfd.bg'),
      sameAddress('a.b@example.org', 'ab@example.org'),
      sameAddress('a+x@example.org', 'a@example.org'),
      sameAddress('vıctim@example.org', 'victim@example.org'),
    ]

    expect(same).toEqual([true, true, false, false, false])
  })
})
