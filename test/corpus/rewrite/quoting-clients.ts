/** Whom a reply answers: what stands in the heading of the quote. */
export type Quoted = { name: string; address: string; to: string; subject: string; text: string }

/** How a mail program writes a reply: the new words above the old ones. */
export type QuotingClient = {
  name: string
  kind: 'text' | 'html'
  write: (reply: string, quoted: Quoted) => string
}

type Intro = (quoted: Quoted) => string

// As the programs write them on 2 January 2024, by language.
const GMAIL: Record<string, Intro> = {
  en: q => `On Tue, Jan 2, 2024 at 10:00 AM ${q.name} <${q.address}> wrote:`,
  bg: q => `На вт, 2.01.2024 г. в 10:00 ч. ${q.name} <${q.address}> написа:`,
  ru: q => `вт, 2 янв. 2024 г. в 10:00, ${q.name} <${q.address}>:`,
  pl: q => `wt., 2 sty 2024 o 10:00 ${q.name} <${q.address}> napisał(a):`,
  uk: q => `вт, 2 січ. 2024 р. о 10:00 ${q.name} <${q.address}> пише:`,
  de: q => `Am Di., 2. Jan. 2024 um 10:00 Uhr schrieb ${q.name} <${q.address}>:`,
  fr: q => `Le mar. 2 janv. 2024 à 10:00, ${q.name} <${q.address}> a écrit :`,
  es: q => `El mar, 2 ene 2024 a las 10:00, ${q.name} (<${q.address}>) escribió:`,
  it: q => `Il giorno mar 2 gen 2024 alle ore 10:00 ${q.name} <${q.address}> ha scritto:`,
  nl: q => `Op di 2 jan 2024 om 10:00 schreef ${q.name} <${q.address}>:`,
  pt: q => `Em ter., 2 de jan. de 2024 às 10:00, ${q.name} <${q.address}> escreveu:`,
  cs: q => `út 2. 1. 2024 v 10:00 odesílatel ${q.name} <${q.address}> napsal:`,
  tr: q => `${q.name} <${q.address}>, 2 Oca 2024 Sal, 10:00 tarihinde şunu yazdı:`,
}
const THUNDERBIRD: Record<string, Intro> = {
  en: q => `On 02/01/2024 10:00, ${q.name} wrote:`,
  bg: q => `На 2.1.24 г. в 10:00, ${q.name} написа:`,
  ru: q => `02.01.2024 10:00, ${q.name} пишет:`,
  pl: q => `W dniu 2.01.2024 o 10:00, ${q.name} pisze:`,
  uk: q => `02.01.24 10:00, ${q.name} пише:`,
  de: q => `Am 02.01.24 um 10:00 schrieb ${q.name}:`,
  fr: q => `Le 02/01/2024 à 10:00, ${q.name} a écrit :`,
  es: q => `El 2/1/24 a las 10:00, ${q.name} escribió:`,
  it: q => `Il 02/01/2024 10:00, ${q.name} ha scritto:`,
  nl: q => `Op 02-01-2024 om 10:00 schreef ${q.name}:`,
  pt: q => `Em 02/01/2024 10:00, ${q.name} escreveu:`,
  cs: q => `Dne 02. 01. 24 v 10:00 ${q.name} napsal(a):`,
  tr: q => `2.01.2024 10:00 tarihinde ${q.name} yazdı:`,
}
const APPLE: Record<string, Intro> = {
  en: q => `On 2 Jan 2024, at 10:00, ${q.name} <${q.address}> wrote:`,
  bg: q => `На 2.01.2024 г., в 10:00, ${q.name} <${q.address}> написа:`,
  ru: q => `2 янв. 2024 г., в 10:00, ${q.name} <${q.address}> написал(а):`,
  pl: q => `Wiadomość napisana przez ${q.name} <${q.address}> w dniu 2 sty 2024, o godz. 10:00:`,
  de: q => `Am 02.01.2024 um 10:00 schrieb ${q.name} <${q.address}>:`,
  fr: q => `Le 2 janv. 2024 à 10:00, ${q.name} <${q.address}> a écrit :`,
  es: q => `El 2 ene 2024, a las 10:00, ${q.name} <${q.address}> escribió:`,
  it: q => `Il giorno 2 gen 2024, alle ore 10:00, ${q.name} <${q.address}> ha scritto:`,
  nl: q => `Op 2 jan. 2024, om 10:00 heeft ${q.name} <${q.address}> het volgende geschreven:`,
  cs: q => `2. 1. 2024 v 10:00, ${q.name} <${q.address}>:`,
}
// From, sent, to, subject, and the day as Outlook writes it.
const OUTLOOK: Record<string, readonly string[]> = {
  en: ['From', 'Sent', 'To', 'Subject', 'Tuesday, January 2, 2024 10:00 AM'],
  bg: ['От', 'Изпратено', 'До', 'Относно', 'вторник, 2 януари 2024 г. 10:00'],
  ru: ['От', 'Отправлено', 'Кому', 'Тема', 'вторник, 2 января 2024 г. 10:00'],
  pl: ['Od', 'Wysłano', 'Do', 'Temat', 'wtorek, 2 stycznia 2024 10:00'],
  uk: ['Від', 'Надіслано', 'Кому', 'Тема', 'вівторок, 2 січня 2024 р. 10:00'],
  de: ['Von', 'Gesendet', 'An', 'Betreff', 'Dienstag, 2. Januar 2024 10:00'],
  fr: ['De', 'Envoyé', 'À', 'Objet', 'mardi 2 janvier 2024 10:00'],
  es: ['De', 'Enviado', 'Para', 'Asunto', 'martes, 2 de enero de 2024 10:00'],
  it: ['Da', 'Inviato', 'A', 'Oggetto', 'martedì 2 gennaio 2024 10:00'],
  nl: ['Van', 'Verzonden', 'Aan', 'Onderwerp', 'dinsdag 2 januari 2024 10:00'],
  pt: ['De', 'Enviado', 'Para', 'Assunto', 'terça-feira, 2 de janeiro de 2024 10:00'],
  cs: ['Od', 'Odesláno', 'Komu', 'Předmět', 'úterý 2. ledna 2024 10:00'],
  tr: ['Kimden', 'Gönderildi', 'Kime', 'Konu', '2 Ocak 2024 Salı 10:00'],
}
const ORIGINAL: Record<string, string> = {
  en: '-----Original Message-----',
  de: '-----Ursprüngliche Nachricht-----',
  fr: "-----Message d'origine-----",
  es: '-----Mensaje original-----',
  it: '-----Messaggio originale-----',
  nl: '-----Oorspronkelijk bericht-----',
  pt: '-----Mensagem original-----',
  pl: '-----Oryginalna wiadomość-----',
  cs: '-----Původní zpráva-----',
  ru: '-----Исходное сообщение-----',
  bg: '-----Original Message-----',
}

const marked = (text: string): string => text.replace(/^/gm, '> ')
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const lines = (text: string): string =>
  escaped(text)
    .split('\n')
    .map(line => `<div>${line === '' ? '<br>' : line}</div>`)
    .join('')
const block = ([from, sent, to, subject, day]: readonly string[], q: Quoted): string =>
  `${from}: ${q.name} <${q.address}>\n${sent}: ${day}\n${to}: ${q.to}\n${subject}: ${q.subject}`

/** Ways in which programs quote, in up to 13 languages each. */
export function listQuotingClients(): QuotingClient[] {
  return [
    ...introduced('Gmail', GMAIL, gmailHtml),
    ...introduced('Thunderbird', THUNDERBIRD, thunderbirdHtml),
    ...introduced('Apple Mail', APPLE, appleHtml),
    ...outlook(),
    ...russian(),
  ]
}

type Page = (reply: string, intro: string, text: string) => string

function introduced(program: string, intros: Record<string, Intro>, page: Page): QuotingClient[] {
  return Object.entries(intros).flatMap(([language, intro]): QuotingClient[] => [
    {
      name: `${program} ${language}`,
      kind: 'text',
      write: (reply, q) => `${reply}\n\n${intro(q)}\n\n${marked(q.text)}\n`,
    },
    { name: `${program} ${language}`, kind: 'html', write: (reply, q) => page(reply, intro(q), q.text) },
  ])
}

const gmailHtml: Page = (reply, intro, text) =>
  `<div dir="ltr">${lines(reply)}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">${escaped(intro)}<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">${lines(text)}</blockquote></div>`
const thunderbirdHtml: Page = (reply, intro, text) =>
  `<html><head></head><body><p>${escaped(reply).replaceAll('\n', '<br>')}</p><div class="moz-cite-prefix">${escaped(intro)}<br></div><blockquote type="cite" cite="mid:a@b.test">${lines(text)}</blockquote></body></html>`
const appleHtml: Page = (reply, intro, text) =>
  `<html><body style="overflow-wrap: break-word;">${lines(reply)}<div><br><blockquote type="cite"><div>${escaped(intro)}</div><br class="Apple-interchange-newline"><div>${lines(text)}</div></blockquote></div><br></body></html>`

function outlook(): QuotingClient[] {
  return Object.entries(OUTLOOK).flatMap(([language, words]): QuotingClient[] => {
    const divider = ORIGINAL[language] ?? '________________________________'
    return [
      {
        name: `Outlook ${language}`,
        kind: 'text',
        write: (reply, q) => `${reply}\n\n${divider}\n${block(words, q)}\n\n${q.text}\n`,
      },
      {
        name: `Outlook on the web ${language}`,
        kind: 'text',
        write: (reply, q) => `${reply}\n________________________________\n${block(words, q)}\n\n${q.text}\n`,
      },
      { name: `Outlook ${language}`, kind: 'html', write: (reply, q) => outlookHtml(reply, words, q) },
    ]
  })
}

function outlookHtml(reply: string, words: readonly string[], q: Quoted): string {
  const heading = block(words, q)
    .split('\n')
    .map(line => escaped(line).replace(/^([^:]+:)/, '<b>$1</b>'))
    .join('<br>')
  return `<html><body><div class="WordSection1">${lines(reply)}<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">${heading}</p></div></div>${lines(q.text)}</div></body></html>`
}

function russian(): QuotingClient[] {
  return [
    {
      name: 'Yandex',
      kind: 'text',
      write: (reply, q) => `${reply}\n\n02.01.2024, 10:00, "${q.name}" <${q.address}>:\n${marked(q.text)}\n`,
    },
    {
      name: 'Yandex',
      kind: 'html',
      write: (reply, q) =>
        `${lines(reply)}<div> </div><div>02.01.2024, 10:00, "${escaped(q.name)}" &lt;${q.address}&gt;:</div><blockquote>${lines(q.text)}</blockquote>`,
    },
    {
      name: 'mail.ru',
      kind: 'text',
      write: (reply, q) =>
        `${reply}\n\n>Вторник,  2 января 2024, 10:00 +03:00 от ${q.name} <${q.address}>:\n>\n${q.text.replace(/^/gm, '>')}\n`,
    },
    {
      name: 'mail.ru',
      kind: 'html',
      write: (reply, q) =>
        `<HTML><BODY>${lines(reply)}<br><blockquote style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;">Вторник,  2 января 2024, 10:00 +03:00 от ${escaped(q.name)} &lt;${q.address}&gt;:<br><div>${lines(q.text)}</div></blockquote></BODY></HTML>`,
    },
  ]
}
