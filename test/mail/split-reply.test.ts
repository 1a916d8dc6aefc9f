import { describe, expect, test } from 'vitest'
import { splitReply } from '../../src/mail/split-reply.ts'
import { cpuMsOf } from './cpu-time.ts'

const NEW = 'It still fails.\n\nAnn'

describe('the new words of a mail', () => {
  test.each([
    ['Gmail, English', 'On Tue, 2 Jan 2024 at 10:00, Support <support@example.com> wrote:\n\n> old'],
    [
      'Gmail, wrapped',
      'On Tue, 2 Jan 2024 at 10:00, Support Team of Example\n<support@example.com> wrote:\n\n> old',
    ],
    ['Gmail, Bulgarian', 'На вт, 2.01.2024 г. в 10:00 Поддръжка <support@example.com> написа:\n\n> старо'],
    ['Gmail, Russian', 'вт, 2 янв. 2024 г. в 10:00, Поддержка <support@example.com>:\n\n> старое'],
    ['Gmail, Polish', 'wt., 2 sty 2024 o 10:00 Wsparcie <support@example.com> napisał(a):\n\n> stare'],
    ['Thunderbird, English', 'On 02/01/2024 10:00, Support wrote:\n> old'],
    ['Thunderbird, Russian', '02.01.2024 10:00, Поддержка пишет:\n> старое'],
    ['Thunderbird, Bulgarian', 'На 2.1.2024 г. в 10:00, Поддръжка написа:\n> старо'],
    ['Thunderbird, Polish', 'W dniu 02.01.2024 o 10:00, Wsparcie pisze:\n> stare'],
    [
      'Apple Mail, Russian',
      '2 янв. 2024 г., в 10:00, Поддержка <support@example.com> написал(а):\n\n> старое',
    ],
    [
      'Apple Mail, Polish',
      'Wiadomość napisana przez Wsparcie <support@example.com> w dniu 2 sty 2024, o godz. 10:00:\n\n> stare',
    ],
    ['Yandex', '02.01.2024, 10:00, "Поддержка" <support@example.com>:\n\nстарое'],
    [
      'Outlook, English',
      '________________________________\nFrom: Support <support@example.com>\nSent: Tuesday, January 2, 2024 10:00\nTo: Ann\nSubject: Re: It fails\n\nold',
    ],
    [
      'Outlook, Bulgarian',
      'От: Поддръжка\nИзпратено: вторник, 2 януари 2024 г. 10:00\nДо: Ан\nОтносно: Re: Не работи\n\nстаро',
    ],
    [
      'Outlook, Russian',
      'От: Поддержка\nОтправлено: 2 января 2024 г. 10:00\nКому: Анна\nТема: Re: Не работает\n\nстарое',
    ],
    [
      'Outlook, Polish',
      'Od: Wsparcie\nWysłano: wtorek, 2 stycznia 2024 10:00\nDo: Anna\nTemat: Re: Nie działa\n\nstare',
    ],
    ['Outlook, old', '-----Original Message-----\nFrom: Support\nold'],
    ['quotes without an introduction', '> old\n> words'],
    ['a signature', '-- \nAnn Smith\nExample Ltd'],
    ['a phone', 'Sent from my iPhone'],
    ['a phone, Russian', 'Отправлено с iPhone'],
  ])('%s', (_, history) => {
    const split = splitReply(`${NEW}\n\n${history}\n`)

    expect(split).toEqual({ visibleText: NEW, hasFolded: true })
  })

  test('answers between quotes keep the quotes they refer to', () => {
    const text = 'See below.\n\nOn 2 Jan 2024, Bob wrote:\n> one?\nYes.\n> two?\nNo.'

    const split = splitReply(text)

    expect(split).toEqual({ visibleText: text, hasFolded: false })
  })

  test('a forwarded mail is shown, as it is what the writer sends', () => {
    const text =
      'FYI\n\n---------- Forwarded message ---------\nFrom: Bob\nDate: x\nSubject: y\nTo: z\n\nwords'

    const split = splitReply(text)

    expect(split.visibleText).toBe(text)
  })

  test('a mail of nothing but history or signature is shown whole', () => {
    const onlyQuote = '> old\n> words'
    const onlyIntro = 'On 2 Jan 2024 at 10:00, Bob <b@example.org> wrote:\n> old'

    const shown = [splitReply(onlyQuote).visibleText, splitReply(onlyIntro).visibleText]

    expect(shown).toEqual([onlyQuote, onlyIntro])
  })

  test('an ordinary sentence that begins like an introduction stays', () => {
    const text = 'On Monday it worked.\nFrom: that moment on it did not.\nWhat he wrote:\nnothing'

    const split = splitReply(text)

    expect(split.visibleText).toBe(text)
  })
})

describe('time stays linear', () => {
  const shapes: [string, string][] = [
    ['newlines', '\n'],
    ['blanks', ' '],
    ['dashes', '-'],
    ['underscores', '_'],
    ['On', 'On '],
    ['Re', 'Re: '],
    ['quote marks', '>'],
    ['quoted lines', '> a\n'],
    ['introductions', 'On 1 Jan 2024 at 10:00\n'],
    ['header blocks', 'From: x\n'],
    ['rules', '________________________________________\n'],
    ['addresses', 'a@'],
  ]

  test.each(shapes)('%s: twice the text takes at most 2.5 times as long', async (_, unit) => {
    const build = (size: number): string => unit.repeat(Math.ceil(size / unit.length))
    const bestMs = async (text: string): Promise<number> => {
      let best = Number.POSITIVE_INFINITY
      for (let run = 0; run < 5; run++) best = Math.min(best, await cpuMsOf(() => splitReply(text)))
      return best
    }
    const [half, whole] = [build(500_000), build(1_000_000)]
    await bestMs(half)

    const [halfMs, wholeMs] = [await bestMs(half), await bestMs(whole)]

    expect(wholeMs).toBeLessThanOrEqual(Math.max(halfMs * 2.5, 10))
  })
})
