import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { decodeRawHeader, decodeText, newGuessBudget } from '../../src/mail/charset.ts'

const RUSSIAN = 'Добрый день, счёт № 45 до сих пор не пришёл. Спасибо!'
const BULGARIAN = 'Здравейте, поръчката ми още я няма.'
const UKRAINIAN = 'Доброго дня, ще не отримав рахунок за їхній ґанок'
const POLISH = 'Dzień dobry, moja paczka jeszcze nie doszła. Proszę o źródło zwłoki.'
const LABELLED: readonly (readonly [label: string, codec: string, text: string])[] = [
  ['koi8-r', 'koi8-r', RUSSIAN.replace('№', 'N')],
  ['KOI8R', 'koi8-r', 'Письмо'],
  ['koi8-u', 'koi8-u', UKRAINIAN],
  ['cp1251', 'windows-1251', UKRAINIAN],
  ['"windows-1251;"', 'windows-1251', BULGARIAN],
  ['x-cp1251', 'windows-1251', BULGARIAN],
  ['iso_8859-5:1988', 'iso-8859-5', RUSSIAN],
  ['x-mac-cyrillic', 'maccyrillic', RUSSIAN],
  ['dos-866', 'cp866', RUSSIAN],
  ['cp855', 'cp855', BULGARIAN],
  ['win-1250', 'windows-1250', POLISH],
  ['iso8859-2', 'iso-8859-2', POLISH],
  ['ibm852', 'cp852', POLISH],
  ['x-mac-ce', 'maccenteuro', POLISH],
  ['cp437', 'cp437', 'Füße'],
  ['shift-jis', 'shift_jis', 'ご注文について'],
  ['gb18030', 'gb18030', '订单还没有收到𠀀'],
  ['gb2312', 'gbk', '订单还没有收到'],
  ['cp950', 'big5', '訂單還沒有收到'],
  ['ks_c_5601-1987', 'euc-kr', '주문 문의'],
  ['utf-32le', 'utf-32le', POLISH],
]
// By hand: 7-bit charsets that switch tables by escapes.
const ESCAPED: readonly (readonly [label: string, bytes: string, text: string])[] = [
  ['iso-2022-jp', '\u001b$B$4CmJ8\u001b(B 42', 'ご注文 42'],
  ['iso-2022-jp-ms', '\u001b$B-!\u001b(B', '①'],
  ['iso-2022-jp', '\u001b(I6E\u001b(B', 'ｶﾅ'],
  ['iso-2022-jp-2', '\u001b$A6)5%\u001b(B \u001b$(CGQ19\u001b(B \u001b.A\u001bNi', '订单 한국 é'],
  ['iso-2022-kr', '\u001b$)C\u000eGQ19\u000f ok', '한국 ok'],
  ['iso-2022-cn', '\u001b$)A\u000e6)5%\u000f ok', '订单 ok'],
  ['hz-gb-2312', 'x ~{6)5%~} ~~', 'x 订单 ~'],
  ['utf-7', 'Za+AXwA8w-', 'Zażó'],
  ['utf-7-imap', 'Za&AXwA8w- &- b', 'Zażó & b'],
]

// What programs write that know nothing of charsets, and what another program wrote under it.
const MISLABELLED: readonly (readonly [label: string, codec: string, text: string])[] = [
  ['iso-8859-1', 'windows-1251', BULGARIAN],
  ['iso-8859-1', 'koi8-r', 'Заказ не пришёл'],
  ['windows-1252', 'windows-1251', UKRAINIAN],
  ['windows-1252', 'iso-8859-7', 'Το δέμα δεν ήρθε ακόμη'],
  ['iso-8859-1', 'iso-8859-2', POLISH],
  ['windows-1252', 'windows-1250', 'Gdzie jest moja przesyłka?'],
  ['koi8-r', 'windows-1251', RUSSIAN],
  ['windows-1251', 'koi8-r', BULGARIAN],
  ['koi8-r', 'koi8-u', UKRAINIAN],
]
const WESTERN = [
  'Grüße aus Köln: 10m³ und 20m²',
  'ÄÖÜ äöü ß',
  'Ça a été à Évian',
  'São João, ação',
  'áéíóú ÁÉÍÓÚ ñ',
  '¡hola!¿cómo estás?',
  'þetta er það sem ég á',
  'Å være på øen',
]

describe('a label', () => {
  test.each(MISLABELLED)(
    '%s over %s: text that reads as no words is read as what it is',
    (label, codec, text) => {
      const bytes = iconv.encode(text, codec)

      const read = decodeText(bytes, label)

      expect(read).toBe(text)
    },
  )

  test.each(WESTERN)('%s: what a Latin label says is believed', text => {
    const bytes = iconv.encode(text, 'windows-1252')

    const read = decodeText(bytes, 'iso-8859-1')

    expect(read).toBe(text)
  })

  test.each(LABELLED)('%s: text is exactly what was written', (label, codec, text) => {
    const bytes = iconv.encode(text, codec)

    const read = decodeText(bytes, label)

    expect(read).toBe(text)
  })

  test.each(ESCAPED)('%s: escapes choose the table', (label, bytes, text) => {
    const read = decodeText(Buffer.from(bytes, 'latin1'), label)

    expect(read).toBe(text)
  })

  test.each(['windows-1251', 'iso-8859-1', 'iso-8859-2', 'us-ascii', 'iso-2022-jp', 'nonsense', ''])(
    '%s on text that is UTF-8 does not garble it',
    label => {
      const read = decodeText(Buffer.from(BULGARIAN), label)

      expect(read).toBe(BULGARIAN)
    },
  )

  test('of an ISO charset on text of its Windows kin shows the letters only the latter has', () => {
    const read = decodeText(iconv.encode('ściśle tajne źdźbło', 'windows-1250'), 'iso-8859-2')

    expect(read).toBe('ściśle tajne źdźbło')
  })

  test('is believed where its bytes read as UTF-8 by chance', () => {
    const read = [
      decodeText(iconv.encode('чё', 'koi8-r'), 'koi8-r'),
      decodeText(iconv.encode('连通', 'gbk'), 'gbk'),
      decodeText(iconv.encode('À l’aise', 'windows-1252'), 'windows-1252'),
    ]

    expect(read).toEqual(['чё', '连通', 'À l’aise'])
  })

  test.each([
    ['big5', '訂單還沒有收到'],
    ['windows-1251', 'Заказ не пришёл'],
    ['koi8-r', 'Заказ не пришёл'],
    ['iso-8859-2', 'Zażółć gęślą jaźń'],
  ])('%s still reads text that was taken for Latin-1 on its way and encoded once more', (label, text) => {
    const twice = Buffer.from(iconv.encode(text, label).toString('latin1'), 'utf8')

    const read = decodeText(twice, label)

    expect(read).toBe(text)
  })

  test.each([
    ['iso-8859-2', 'Øyvind Åsen'],
    ['windows-1251', 'Où est ma commande ? Ça fait déjà trois semaines'],
    ['gb18030', 'Zamówienie: brak łączności z drukarką'],
    ['gb18030', 'Zoë'],
    ['utf-16le', 'Çağrı merkezi: ödeme şüpheli'],
  ])('%s of the text does not garble a header that is UTF-8: %s', (label, text) => {
    const read = decodeRawHeader(Buffer.from(text), label, newGuessBudget())

    expect(read).toBe(text)
  })

  test('of the text is believed for a header whose bytes read as UTF-8 by chance', () => {
    const read = [
      decodeRawHeader(iconv.encode('чё', 'koi8-r'), 'koi8-r', newGuessBudget()),
      decodeRawHeader(iconv.encode('连通', 'gbk'), 'gbk', newGuessBudget()),
    ]

    expect(read).toEqual(['чё', '连通'])
  })

  test('utf-16 with the line end of a program that knows single bytes leaves no broken sign', () => {
    const bytes = Buffer.concat([Buffer.from('\ufeffДобър ден\r\n', 'utf16le'), Buffer.from('\n')])

    const read = decodeText(bytes, 'utf-16')

    expect(read.trimEnd()).toBe('Добър ден')
  })
})

describe('without a label', () => {
  const cyrillic = ['windows-1251', 'koi8-u', 'iso-8859-5', 'maccyrillic', 'cp866']
  const cases = [
    ...cyrillic.map(codec => [codec, 'Заказ не пришёл'] as const),
    ...cyrillic.map(codec => [codec, 'Поръчка'] as const),
    ...['windows-1250', 'iso-8859-2', 'cp852'].map(
      codec => [codec, 'Zamówienie źle doszło, proszę o pomoc'] as const,
    ),
    ['windows-1250', 'Małgorzata Wiśniewska'] as const,
    ['iso-8859-2', 'Łódź'] as const,
    ['windows-1252', 'Grüße aus München'] as const,
    ['windows-1252', 'Réclamation à côté'] as const,
    [
      'windows-1252',
      'Tere, pakk ei ole veel jõudnud, palun öelge mulle, kus see on. Täna õhtul sõidan.',
    ] as const,
    ['windows-1252', 'Sæl, pakkinn er ekki kominn ennþá, ég þarf að fá hann'] as const,
    ['shift_jis', '注文した商品がまだ届いていません'] as const,
    ['euc-jp', '請求書の件'] as const,
    ['gb18030', '您好，订单还没有收到'] as const,
    ['big5', '您好，訂單還沒有收到'] as const,
    ['euc-kr', '주문한 상품이 아직 도착하지 않았습니다'] as const,
    ['windows-1253', 'Καλημέρα, πού είναι η παραγγελία μου;'] as const,
  ]

  test.each(cases)('%s text reads as its words: %s', (codec, text) => {
    const read = decodeText(iconv.encode(text, codec), null)

    expect(read).toBe(text)
  })

  test('UTF-8 with one broken character stays UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('Привет, '), Buffer.from([0xd0]), Buffer.from(' мир')])

    const read = decodeText(bytes, null)

    expect(read).toBe('Привет, \ufffd мир')
  })
})
