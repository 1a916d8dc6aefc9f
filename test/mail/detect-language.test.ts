import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { detectLanguage } from '../../src/mail/detect-language.ts'
import { cpuMsOf } from './cpu-time.ts'

const CASES = new URL('../fixtures/languages/', import.meta.url)
const linesOf = (name: string): string[] =>
  readFileSync(new URL(`${name}.txt`, CASES), 'utf8')
    .trimEnd()
    .split('\n')
const tags = readdirSync(CASES)
  .map(file => file.replace('.txt', ''))
  .filter(tag => tag !== 'unsure')

describe('the language of a text', () => {
  test('is right for 95 of 100 single sentences that customers write, and hardly ever wrong', () => {
    const cases = tags.flatMap(tag => linesOf(tag).map(text => ({ tag, text })))

    const found = cases.map(({ tag, text }) => ({ tag, text, found: detectLanguage(text) }))
    const wrong = found.filter(one => one.found !== null && one.found !== one.tag)
    const unsure = found.filter(one => one.found === null)

    expect(tags.length).toBeGreaterThanOrEqual(20)
    expect(cases.length).toBeGreaterThanOrEqual(600)
    expect((wrong.length + unsure.length) / cases.length, JSON.stringify([...wrong, ...unsure])).toBeLessThan(
      0.05,
    )
    expect(wrong.length / cases.length, JSON.stringify(wrong)).toBeLessThan(0.01)
  })

  test.each(tags)('is right for a mail of three sentences in %s', tag => {
    const lines = linesOf(tag)
    const mails = lines.slice(2).map((line, at) => `${lines[at]} ${lines[at + 1]}\n${line}`)

    const found = mails.map(mail => detectLanguage(mail))

    expect(found).toEqual(mails.map(() => tag))
  })

  test.each(linesOf('unsure'))('stays open for "%s"', text => {
    const found = detectLanguage(text)

    expect(found).toBeNull()
  })

  test('is that of the writer, not of a quote, a link or a signature of digits', () => {
    const mail = [
      'Порачката сè уште не ми е пристигната, ве молам помогнете.',
      '> Thank you for your order. We will send the parcel within two days.',
      '> Please write to us whenever you have any questions about it.',
      'https://shop.example.test/en/orders/where-is-my-order?language=en',
      'ivana.petrova@customer.test +359 888 123 456',
    ].join('\n')

    const found = detectLanguage(mail)

    expect(found).toBe('mk')
  })

  test('is that of most words where a mail has two', () => {
    const mail =
      'Dear Support Team,\nпоръчката ми още не е пристигнала, а вече мина цяла седмица. Моля, проверете къде е.\nBest regards'

    const found = detectLanguage(mail)

    expect(found).toBe('bg')
  })

  test('follows a hint of the header only between languages the text leaves open', () => {
    const open = 'Prosím o pomoc, stránka hlási chybu pri platbe.'

    const found = [
      detectLanguage(open),
      detectLanguage(open, 'sk'),
      detectLanguage(open, 'cs'),
      detectLanguage(open, 'de'),
      detectLanguage('Здравейте, поръчката ми още не е пристигнала.', 'en'),
      detectLanguage('OK', 'bg'),
    ]

    expect(found).toEqual([null, 'sk', 'cs', null, 'bg', null])
  })

  test.each([
    ['ja', '注文した商品がまだ届いていません。'],
    ['ko', '주문한 상품이 아직 도착하지 않았습니다.'],
    ['zh', '我的订单还没有到货。'],
    ['he', 'ההזמנה שלי עדיין לא הגיעה.'],
    ['ar', 'لم يصل طلبي حتى الآن.'],
    ['fa', 'سفارش من هنوز نرسیده است، چه کار کنم؟'],
    ['th', 'สินค้าที่สั่งยังไม่มาถึง'],
    ['ka', 'ჩემი შეკვეთა ჯერ არ მოსულა.'],
    ['hy', 'Իմ պատվերը դեռ չի հասել։'],
    ['hi', 'मेरा ऑर्डर अभी तक नहीं आया है।'],
  ])('is told by its script: %s', (tag, text) => {
    const found = detectLanguage(text)

    expect(found).toBe(tag)
  })

  test('costs milliseconds for hostile text of a megabyte', async () => {
    const hostile = [
      'a',
      'я ',
      "a'",
      '>\n',
      'a@b ',
      'e\u0301',
      '\u{1F4E6}',
      'www.',
      '\ud800',
      'ж'.repeat(300),
    ]
    const mails = hostile.map(piece => piece.repeat(1_000_000 / piece.length))
    detectLanguage('the first call reads the table')

    const usedMs = await cpuMsOf(() => mails.map(mail => detectLanguage(mail)))

    expect(usedMs).toBeLessThan(30 * mails.length)
  })
})
