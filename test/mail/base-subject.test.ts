import { expect, test } from 'vitest'
import { baseSubject, isNewTopic, numbersIn } from '../../src/mail/base-subject.ts'
import { isForwardSubject, withoutForwardMarks } from '../../src/mail/forward-subject.ts'
import { replySubject } from '../../src/outbound/reply-subject.ts'
import { cpuMsOf } from './cpu-time.ts'

test.each([
  ['Re: Фактура', 'фактура'],
  ['Отг: RE: Fwd: Фактура 12', 'фактура12'],
  ['Odp: PD: Faktura nr 7', 'fakturanr7'],
  ['AW: WG: [EXTERN] Rechnung', 'rechnung'],
  ['Re[2]: [list-name] Re: hello, world', 'helloworld'],
  ['HA: Ответ: Заказ', 'заказ'],
  ['R: I: Pacco 17', 'pacco17'],
  ['İLT: Ynt: Paket 17', 'paket17'],
  ['Απ: Δέμα', 'δέμα'],
  ['回复：包裹', '包裹'],
  ['VL: Paketti 17', 'paketti17'],
  ['Továbbítás: Csomag', 'csomag'],
  ['Přeposlat: FW[2]: Balík', 'balík'],
  ['Tovar: cena', 'tovarcena'],
  ['Re:', ''],
])('the base of %j is %j', (subject, base) => {
  expect(baseSubject(subject)).toBe(base)
})

test.each([
  ['Re: My parcel', ['My parcel'], false],
  ['My parcel [#12]', ['My parcel is late and the box is open'], true],
  ['Fwd: My parcel', ['Re: my parcel!'], false],
  ['The quarterly invoice of', ['Re: The quarterly invoice of the second half'], false],
  ['An invoice', ['My parcel'], true],
  ['An invoice', ['My parcel', 'Re: An invoice'], false],
  ['Re: ', ['My parcel'], false],
  ['An invoice', [''], false],
  ['An in\ufffd\ufffdce', ['My parcel'], false],
])('%j after %j is a new topic: %j', (subject, earlier, isNew) => {
  expect(isNewTopic(subject, earlier)).toBe(isNew)
})

test.each([
  ['Re: [#123] Invoice', [123]],
  ['about #7, #8, #9 and #10', [7, 8, 9]],
  ['C#4 and &#8217; and a#5 and #0', []],
  ['Заявка#15, заявка #16', [16]],
  ['#123456789012345', []],
])('%j names %j', (subject, numbers) => {
  expect(numbersIn(subject)).toEqual(numbers)
})

test('a subject of nothing but marks takes no time', async () => {
  const hostile = 'Re[1]: '.repeat(100_000) + '['.repeat(100_000)

  const ms = await cpuMsOf(() => baseSubject(hostile) + numbersIn('#'.repeat(200_000)).join())

  expect(ms).toBeLessThan(100)
})

test('every mark is known to what asks for it: a forward to forwards, an answer to our own subject, both to the topic', () => {
  const forwards = ['VL', 'İlt', 'Přeposlat', 'Tov', 'Πρθ', '转发', 'Fwd[2]', 'Trs'].map(
    mark => `${mark}: Parcel`,
  )
  const answers = ['R', 'Απ', 'Yan', '答复', 'Re 2', 'Odp[3]'].map(mark => `${mark}: Parcel`)

  expect([...forwards, ...answers].map(baseSubject)).toEqual(Array(14).fill('parcel'))
  expect(forwards.map(withoutForwardMarks)).toEqual(Array(8).fill('Parcel'))
  expect(answers.map(isForwardSubject)).toEqual(Array(6).fill(false))
  expect(answers.map(replySubject)).toEqual(Array(6).fill('Re: Parcel'))
  expect(forwards.map(replySubject)).toEqual(forwards.map(subject => `Re: ${subject}`))
})
