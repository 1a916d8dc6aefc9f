import { expect, test } from 'vitest'
import type { Address } from '../../src/mail/mail-types.ts'
import { isOnlyThanks, type ThanksQuestion } from '../../src/tickets/only-thanks.ts'
import { cpuMsOf } from '../mail/cpu-time.ts'

const ada: Address = { name: 'Ada Lovelace (Support)', address: 'support@desk.example' }
const ivana: Address = { name: 'Ivana Horvat', address: 'ivana.h@customer.example' }
const file = {
  index: 0,
  filename: 'a.png',
  contentType: 'image/png',
  sizeBytes: 10,
  contentId: null,
  isInline: true,
  isMinor: true,
}

function mail(visibleText: string, changes: Partial<ThanksQuestion> = {}): ThanksQuestion {
  return {
    subject: 'Re: order',
    text: visibleText,
    visibleText,
    html: null,
    attachments: [],
    from: ivana,
    to: [ada],
    cc: [],
    ...changes,
  }
}

test.each([
  'Thanks',
  'Thanks!',
  'thank you so much!!',
  'Thanks a lot, Ada!',
  'Ok, thank you.',
  'Great, many thanks for your quick help!',
  'Thank you for getting back to me. Have a nice day!\n\nBest regards,\nIvana Horvat',
  'Hi Ada,\n\nPerfect, thanks again 🙏😊\n\nIvana',
  'Thx :)',
  'Much appreciated. Cheers',
  'Thank you!\n\nSent from my iPhone',
  'Благодаря!',
  'Много благодаря за бързия отговор.\nПоздрави, Ivana',
  'Здравейте,\nблагодаря ви много! Лек ден!',
  'Мерси 👍',
  'Спасибо!',
  'Большое спасибо за помощь. Хорошего дня!',
  'Отлично, спасибо вам огромное)) С уважением, Ivana',
  'Dziękuję bardzo za szybką odpowiedź. Pozdrawiam',
  'Super, dzięki! Miłego dnia',
  'Дякую за допомогу! Гарного дня',
  'Vielen Dank für die schnelle Hilfe!\nMit freundlichen Grüßen\nIvana Horvat',
  'Danke schön, schönes Wochenende',
  'Merci beaucoup pour votre réponse rapide. Bonne journée',
  'Parfait, merci ! Cordialement, Ivana',
  'Muchas gracias por su ayuda. Un saludo',
  'Perfetto, grazie mille! Buona giornata',
  'Hartelijk dank voor de snelle reactie. Met vriendelijke groet, Ivana',
  'Muito obrigada pela ajuda. Bom dia',
  'Děkuji za rychlou odpověď. S pozdravem',
  'Çok teşekkürler, iyi günler',
  'Yardımınız için teşekkür ederim',
])('only thanks: %s', text => {
  expect(isOnlyThanks(mail(text))).toBe(true)
})

test.each([
  'Thanks, but it still does not work',
  'Thanks. Now the second page is broken',
  'Thanks! Can you also check my other order?',
  'Thanks, order 1234',
  'Thanks for nothing',
  'No thanks',
  'Thanks, please close my account',
  'Thanks, it worked for a day',
  'Thanks in advance',
  'Thank you for your offer, we accept',
  'Thanks, waiting for your reply',
  'Thanks, I will try and report',
  'thanks but no',
  'Ok',
  'Yes',
  '👍',
  'Thanks 👎',
  'Thanks 😡',
  'Thanks :(',
  'Спасибо ((',
  'Thanks https://example.org',
  'Thanks, see ada@example.org',
  'Not thanks',
  'Thanks Broken',
  'Благодаря, но още не работи',
  'Благодаря, а кога ще пристигне?',
  'Спасибо, но не помогло',
  'Спасибо, жду возврата',
  'Dziękuję, ale nadal nie działa',
  'Dziękuję za odpowiedź, proszę o fakturę',
  'Danke, aber es geht immer noch nicht',
  'Nein danke',
  'Vielen Dank, bitte Rechnung senden',
  'Merci, mais toujours rien',
  'Non merci',
  'Gracias, pero sigue sin funcionar',
  'Grazie, ma non funziona',
  'Bedankt, maar het werkt niet',
  'Obrigado, mas não funciona',
  'Děkuji, ale nefunguje to',
  'Teşekkürler ama çalışmıyor',
  '',
  `Thanks ${'and thanks '.repeat(60)}`,
])('more than thanks: %s', text => {
  expect(isOnlyThanks(mail(text))).toBe(false)
})

test('a thanks with a file, a picture or a subject of its own says more', () => {
  const withFile = isOnlyThanks(mail('Thanks', { attachments: [file] }))
  const withPicture = isOnlyThanks(
    mail('Thanks', { html: '<p>Thanks</p><img src="data:image/png;base64,AA">' }),
  )
  const withSubject = isOnlyThanks(mail('Thanks', { subject: 'Still broken' }))

  expect([withFile, withPicture, withSubject]).toEqual([false, false, false])
})

test('a name is one only of somebody in the header', () => {
  const known = isOnlyThanks(mail('Thanks Ada'))
  const unknown = isOnlyThanks(mail('Thanks Boris'))

  expect([known, unknown]).toEqual([true, false])
})

test('a mailbox called by a word is no name in a sentence of its own', () => {
  const refunds: Address = { name: 'Refunds', address: 'help@desk.example' }

  const said = ['Thanks, Refunds!', 'Thanks. Refunds!', 'Thanks.\nHelp!'].map(text =>
    isOnlyThanks(mail(text, { to: [refunds] })),
  )

  expect(said).toEqual([true, false, false])
})

test('words that stand in the HTML alone say more', () => {
  const html = (words: string) => isOnlyThanks(mail('Thanks', { html: `<p>Thanks</p>${words}` }))

  const verdicts = [html(''), html('<p>It is still broken</p>')]

  expect(verdicts).toEqual([true, false])
})

test('time grows with the length of a text, whatever it repeats', async () => {
  const texts = ['thanks ', 'ok ', 'for your ', 'danke für die schnelle ', 'merci pour votre '].map(words =>
    words.repeat(200).slice(0, 299),
  )
  let verdicts: boolean[] = []

  const usedMs = await cpuMsOf(() => {
    verdicts = texts.map(text => isOnlyThanks(mail(text)))
  })

  expect(verdicts).not.toContain(true)
  expect(usedMs).toBeLessThan(500)
})
