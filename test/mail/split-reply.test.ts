import { describe, expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { splitReply } from '../../src/mail/split-reply.ts'
import { HISTORIES } from './histories.ts'
import { fixture, rawMail } from './mail.ts'

const NEW = 'It still fails.\n\nAnn'

describe('the new words of a mail', () => {
  test.each(HISTORIES)('%s', (_, history) => {
    const split = splitReply(`${NEW}\n\n${history}\n`)

    expect(split.visibleText).toBe(NEW)
    expect(split.folds.some(fold => fold.isOpen)).toBe(false)
  })

  test('answers between quotes open the quotes they refer to', () => {
    const text = 'See below.\n\nOn 2 Jan 2024, Bob wrote:\n> one?\nYes.\n> two?\nNo.'

    const split = splitReply(text)

    expect(split.visibleText).toBe(text)
    expect(split.folds.map(fold => fold.isOpen)).toEqual([true, true])
    expect(split.ownText).toBe('See below.\n\nYes.\n\nNo.')
  })

  test('a mail that changes between quote and answer hundreds of times is shown whole', () => {
    const text = 'On 2 Jan 2024, Bob wrote:\n> one?\nYes.\n'.repeat(500).trimEnd()

    const split = splitReply(text)

    expect(split).toEqual({ folds: [], visibleText: text, ownText: text })
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

  test.each(['See below.', 'Отговорите са по-долу в червено.', 'Odpowiedzi poniżej.'])(
    '%s: history of a mail we do not know opens',
    words => {
      const history =
        'From: Bob <b@example.org>\nSent: 2 Jan 2024 10:00\nTo: Ann\nSubject: Re: Box\n\none?\nyes\ntwo?\nno'
      const text = `${words}\n\n${history}`

      const split = splitReply(text)

      expect(split.visibleText).toBe(text)
    },
  )

  test('words below a quote stay, the quote alone is folded', () => {
    const text = 'On 2 Jan 2024 at 10:00, Bob <b@example.org> wrote:\n> one?\n> two?\n\nYes, both.'

    const split = splitReply(text)

    expect(split.visibleText).toBe('Yes, both.')
    expect(split.folds).toHaveLength(1)
  })

  test('a quote of which no introduction speaks stays open between own words', () => {
    const text = 'You said:\n> the red one\nI meant the blue one.'

    const split = splitReply(text)

    expect(split.visibleText).toBe(text)
  })

  test('in a mail that answers none, lines with > are its writer’s own', () => {
    const text = 'The log says:\n\n> error 17\n> error 18'

    const split = splitReply(text, { isFirst: true })

    expect(split).toEqual({ folds: [], visibleText: text, ownText: text })
  })

  test('where the subject says that a mail is handed on, its header block is shown', () => {
    const text = 'FYI\n\nFrom: Bob <b@example.org>\nSent: 2 Jan 2024 10:00\nTo: Ann\nSubject: Box\n\nwords'

    const split = splitReply(text, { isForward: true })

    expect(split.visibleText).toBe(text)
  })

  test('the word for sending alone makes no signature', () => {
    const text = 'Здравейте,\nИзпратено от куриера вчера'

    const split = splitReply(text)

    expect(split.visibleText).toBe(text)
  })

  test('an introduction that shares a line with own words folds from its first word', () => {
    const text = 'Yes, please. On 2 Jan 2024 at 10:00, Bob <b@example.org> wrote:\n> one?'

    const split = splitReply(text)

    expect(split.visibleText).toBe('Yes, please.')
  })

  test('a name right above an introduction in another language stays', () => {
    const text =
      'Yes, please.\n\nAnn\nV V tor., 2. jan. 2024 ob 10:00 je oseba Bob <b@example.org> napisala:\n> staro'

    const split = splitReply(text)

    expect(split.visibleText).toBe('Yes, please.\n\nAnn')
  })

  test('an ordinary sentence that begins like an introduction stays', () => {
    const text = 'On Monday it worked.\nFrom: that moment on it did not.\nWhat he wrote:\nnothing'

    const split = splitReply(text)

    expect(split.visibleText).toBe(text)
  })
})

describe('against the mail that is answered', () => {
  const ours =
    'Hello Ann,\n\nplease unplug the printer for a minute, then hold the green button until the lamp blinks.\n\nWhat does the display say?\n\nKind regards,\nThe printer people'
  const rewrapped =
    'Hello Ann, please unplug the printer\nfor a minute, then hold the green button until\nthe lamp blinks. What does the display\nsay? Kind regards, The printer people'

  test('a quote without any mark is found, wrapped anew as it is', () => {
    const split = splitReply(`It says 42.\n\n${rewrapped}`, { known: [ours] })

    expect(split.visibleText).toBe('It says 42.')
    expect(split.folds).toMatchObject([{ kind: 'quote', isOpen: false }])
  })

  test('an introduction in an unknown language above it is folded with it', () => {
    const split = splitReply(`It says 42.\n\nPomoć je 2.1.2024. 10:00 kazala:\n${rewrapped}`, {
      known: [ours],
    })

    expect(split.visibleText).toBe('It says 42.')
  })

  test('an answer below it is shown', () => {
    const split = splitReply(`${rewrapped}\n\nIt says 42.`, { known: [ours] })

    expect(split.visibleText).toBe('It says 42.')
  })

  test('an answer inside history that is not marked line by line opens it', () => {
    const history = `From: Support <s@example.com>\nSent: 2 Jan 2024 10:00\nTo: Ann\nSubject: Re: Printer\n\n${ours}`
    const answered = history.replace('display say?\n', 'display say?\nNothing at all.\n')

    const plain = splitReply(`See below.\n\n${history}`, { known: [ours] })
    const inside = splitReply(`See below.\n\n${answered}`, { known: [ours] })

    expect(plain.visibleText).toBe('See below.')
    expect(inside.visibleText).toBe(`See below.\n\n${answered}`)
  })

  test('what stands below an introduction and is nothing we know is shown', () => {
    const text = `Look:\n\nOn 2 Jan 2024 at 10:00, the shop wrote:\n\n${'we never got your parcel back and so cannot pay you anything yet. '.repeat(3)}`

    const split = splitReply(text, { known: [ours] })

    expect(split.visibleText).toBe(text.trimEnd())
  })
})

describe('new words that look like history', () => {
  test.each(['transport-order', 'told-history', 'web-form'])(
    '%s: nothing of it is folded away',
    async name => {
      const mail = await parseMail(fixture(name))

      expect(mail.visibleText).toBe(mail.text)
    },
  )

  test.each([
    ['a form to fill in', 'Please enter the sum above the line on page 2.\n\nIt is still missing.'],
    ['a lost message', '--- Original message was lost, so again ---\nIt is broken.'],
    ['where money came from', 'Sent from my bank on Monday'],
    ['how a parcel went', 'Отправлено с почты на Ленина 17 ноября'],
    ['how a letter went', 'Sent via email yesterday'],
    ['what fails', 'Download Outlook for Android fails'],
    [
      'a line drawn between two parts',
      `The first part.\n\n${'_'.repeat(80)}\n\nThe second part is this.\n\nBest regards,\nAnn`,
    ],
    ['what a console shows', '>>> wait = 10:30 >>>\nand then it stops'],
    [
      'own words right above an introduction',
      'I wrote on 2 Jan 2024 at 10:00 to Bob <b@example.org>, and then:\nnothing came.',
    ],
    [
      'what somebody said',
      'on 2 January 2024 at 10:00 your colleague said:\n\nWe will pay.\n\nBut nobody did.',
    ],
    [
      'from when to when',
      'From: 17.11.2026 09:00\nTo: 20.11.2026 10:00\nSubject: holiday, ann@example.org\n\nIs that fine?',
    ],
    ['what stands below a line', '----\nTo: Sofia\nPrice: 5\nSubject: to be agreed\n\nIs that fine?'],
    ['how it was sent', 'Inviato da Roma il 17 con corriere mobile'],
    ['a shop with the name of a program', 'Paket Windows mağazasından gönderildi'],
    [
      'a form below a title',
      '--- Booking ---\nName: Ann\nEmail: ann@example.org\nDate: 2.1.2024 10:00\n\nPlease change it.',
    ],
    ['a line between two sentences', '-- \nThe lamp is broken.\nI need another one.'],
  ])('%s', (_, words) => {
    const text = `Hello\n\n${words}`

    const split = splitReply(text)

    expect(split.visibleText).toBe(text)
  })

  test('history without > opens where words of no known mail follow those of one', () => {
    const ours = 'We will send the money within five working days to your card.'
    const block = 'From: Shop <shop@desk.example>\nSent: 2 March 2026 10:00\nTo: Ann\nSubject: Re: Box'
    const quoted = `Hi,\n\n${block}\n\n${ours}`
    const answered = `${quoted}\n\nTwenty days later nothing is here.`

    const shown = [quoted, answered].map(text => splitReply(text, { known: [ours] }).visibleText)

    expect(shown).toEqual(['Hi,', answered])
  })
})

describe('what a program marks in its HTML', () => {
  const old = '<div>We sent it on Monday and somebody took it in.</div>'
  const intro = 'On 2 Jan 2024, Bob wrote:'

  test.each([
    [
      'Samsung',
      '<div id="composer_signature">Ann’s Galaxy</div>',
      `<div>-------- Original message --------</div>${old}`,
    ],
    [
      'Outlook on a phone',
      '<div id="ms-outlook-mobile-signature">Ann’s phone</div>',
      `<div id="mail-editor-reference-message-container"><hr><div id="divRplyFwdMsg"><b>Nork:</b> b@example.org</div>${old}</div>`,
    ],
    [
      'Roundcube',
      '<div id="_rc_sig">-- <br>Ann</div>',
      `<p id="reply-intro">${intro}</p><blockquote type="cite">${old}</blockquote>`,
    ],
    [
      'mail.ru',
      '<div data-signature-widget="container">Анна Белова</div>',
      `<blockquote type="cite">${old}</blockquote>`,
    ],
    ['GMX', '', `<div name="quote"><div><b>Von:</b> Bob</div>${old}</div>`],
  ])('%s: the signature and the quote are folded', async (_, signature, quote) => {
    const headers = ['In-Reply-To: <a@b.example>', 'Content-Type: text/html; charset=utf-8']

    const mail = await parseMail(rawMail(headers, `<div>It never came.</div>${signature}${quote}`))

    expect(mail.visibleText).toBe('It never came.')
  })
})
