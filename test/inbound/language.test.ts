import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FiledReader, readFiled } from '../support/filed.ts'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { type MailParts, rawMail } from '../support/mails.ts'

let desk: FilingDesk
let filed: FiledReader

beforeAll(async () => {
  desk = await startFilingDesk()
  filed = readFiled(desk.db)
})

afterAll(() => desk.stop())

const BULGARIAN = 'Здравейте, поръчката ми още не е пристигнала. Кога ще я получа?\r\n'
const POLISH = 'Dzień dobry, moje zamówienie jeszcze nie dotarło. Kiedy je otrzymam?\r\n'

let count = 0
const newAddress = () => `customer${++count}@language.test`

/** The languages of the messages the mails became, and of the customer who wrote them. */
async function fileFrom(from: string, mails: readonly (MailParts & { lane?: 0 | 1 })[]) {
  const found: (string | null)[] = []
  for (const { lane = 0, ...parts } of mails) {
    const [row] = await desk.store([
      { raw: rawMail({ from, subject: `mail ${++count}`, ...parts }), lane: lane },
    ])
    await desk.fileAll()
    found.push((await filed.message(row)).language)
  }
  const customer = await desk.db
    .selectFrom('customer')
    .innerJoin('customer_address', 'customer_address.customer_id', 'customer.id')
    .select('customer.language')
    .where('customer_address.address', '=', /[^\s<]+@[^\s>]+/.exec(from)?.[0] ?? '')
    .executeTakeFirst()
  return { messages: found, customer: customer?.language }
}

test('a message keeps the language of its new words, and so does its customer', async () => {
  const answer = `${BULGARIAN}\r\nOn Mon, 2 Nov 2026 at 09:00, Support wrote:\r\n> Thank you for your order. It will be sent within two days.\r\n`

  const found = await fileFrom(newAddress(), [{ text: answer }])

  expect(found).toEqual({ messages: ['bg'], customer: 'bg' })
})

test('the last language a customer was surely heard in stays theirs', async () => {
  const found = await fileFrom(newAddress(), [
    { text: BULGARIAN },
    { text: POLISH },
    { text: 'OK, 12:30\r\n' },
  ])

  expect(found).toEqual({ messages: ['bg', 'pl', null], customer: 'pl' })
})

test('old mail fetched later fills in what is unknown and overrules nothing', async () => {
  const known = await fileFrom(newAddress(), [{ text: BULGARIAN }, { text: POLISH, lane: 1 }])
  const unknown = await fileFrom(newAddress(), [{ text: POLISH, lane: 1 }])

  expect([known.customer, unknown.customer]).toEqual(['bg', 'pl'])
})

test('neither a robot nor a doubtful sender teaches us a language', async () => {
  const address = newAddress()
  await fileFrom(address, [{ text: BULGARIAN }])

  const robot = await fileFrom(address, [{ text: POLISH, headers: ['Auto-Submitted: auto-replied'] }])
  await fileFrom(`${address}, other@language.test`, [{ text: POLISH }])
  const found = await fileFrom(address, [])

  expect(robot).toEqual({ messages: ['pl'], customer: 'bg' })
  expect(found.customer).toBe('bg')
})

test('Content-Language is asked where the words leave two languages open, and only there', async () => {
  const open = 'Prosím o pomoc, stránka hlási chybu pri platbe.\r\n'

  const found = await fileFrom(newAddress(), [
    { text: open },
    { text: open, headers: ['Content-Language: sk-SK, en'] },
    { text: BULGARIAN, headers: ['Content-Language: en-US'] },
  ])

  expect(found.messages).toEqual([null, 'sk', 'bg'])
})
