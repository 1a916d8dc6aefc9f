/** A mail that somebody forwards: who wrote it, under what subject, and what it says. */
export type Forward = {
  program: string
  subject: string
  text: string
  from: { name: string | null; address: string }
  original: string
}

const ANN = { name: 'Ann Berg', address: 'ann@customer.test' }
const ANNA = { name: 'Анна Иванова', address: 'anna@customer.test' }
const EN = { subject: 'The lamp is broken', words: 'Good morning,\n\nthe lamp came broken.\n\nAnn' }
const BG = { subject: 'Лампата е счупена', words: 'Добро утро,\n\nлампата дойде счупена.\n\nАнна' }
const RU = { subject: 'Лампа разбита', words: 'Доброе утро!\n\nЛампа пришла разбитой.\n\nАнна' }
const PL = { subject: 'Lampa jest zbita', words: 'Dzień dobry,\n\nlampa przyszła zbita.\n\nAnia' }
const DE = { subject: 'Die Lampe ist kaputt', words: 'Guten Morgen,\n\ndie Lampe kam kaputt an.\n\nAnn' }

/** A private word above, as agents write; it is never the customer's. */
const ABOVE = 'Can somebody take this? She is angry.\n\n'

function made(
  program: string,
  mark: string,
  of: { subject: string; words: string },
  from: Forward['from'],
  head: string,
): Forward {
  const subject = mark === '' ? of.subject : `${mark} ${of.subject}`
  return { program, subject, text: `${ABOVE}${head}${of.words}\n`, from, original: of.words }
}

/** What mail programs make of a mail that is forwarded, by program and language. */
export const FORWARDS: readonly Forward[] = [
  made(
    'Gmail, English',
    'Fwd:',
    EN,
    ANN,
    '---------- Forwarded message ---------\nFrom: Ann Berg <ann@customer.test>\nDate: Tue, Nov 3, 2026 at 10:00 AM\nSubject: The lamp is broken\nTo: <ada@desk.test>\n\n\n',
  ),
  made(
    'Gmail, Bulgarian',
    'Fwd:',
    BG,
    ANNA,
    '---------- Forwarded message ---------\nОт: Анна Иванова <anna@customer.test>\nDate: вт, 3.11.2026 г. в 10:00\nSubject: Лампата е счупена\nTo: <ada@desk.test>\n\n\n',
  ),
  made(
    'Gmail, Russian',
    'Fwd:',
    RU,
    ANNA,
    '---------- Forwarded message ---------\nОт: Анна Иванова <anna@customer.test>\nDate: вт, 3 нояб. 2026 г. в 10:00\nSubject: Лампа разбита\nTo: <ada@desk.test>\n\n\n',
  ),
  made(
    'Gmail, Polish',
    'Fwd:',
    PL,
    ANN,
    '---------- Forwarded message ---------\nOd: *Ann Berg* <ann@customer.test>\nDate: wt., 3 lis 2026 o 10:00\nSubject: Lampa jest zbita\nTo: <ada@desk.test>\n\n\n',
  ),
  made(
    'Gmail, German',
    'Fwd:',
    DE,
    ANN,
    '---------- Forwarded message ---------\nVon: Ann Berg <ann@customer.test>\nDate: Di., 3. Nov. 2026 um 10:00 Uhr\nSubject: Die Lampe ist kaputt\nTo: <ada@desk.test>\n\n\n',
  ),
  made(
    'Outlook, English',
    'FW:',
    EN,
    ANN,
    'From: Ann Berg <ann@customer.test> \nSent: Tuesday, November 3, 2026 10:00 AM\nTo: Ada Owner <ada@desk.test>\nSubject: The lamp is broken\n\n',
  ),
  made(
    'Outlook, English, old',
    'FW:',
    EN,
    ANN,
    '-----Original Message-----\nFrom: Ann Berg [mailto:ann@customer.test]\nSent: Tuesday, November 3, 2026 10:00 AM\nTo: Ada Owner\nSubject: The lamp is broken\n\n',
  ),
  made(
    'Outlook, web',
    'Fw:',
    EN,
    ANN,
    '________________________________\nFrom: Ann Berg <ann@customer.test<mailto:ann@customer.test>>\nSent: Tuesday, November 3, 2026 10:00 AM\nTo: Ada Owner <ada@desk.test>;\nBob <bob@desk.test>\nCc: Sales <sales@desk.test>\nSubject: The lamp is broken\n\n',
  ),
  made(
    'Outlook, Bulgarian',
    'FW:',
    BG,
    ANNA,
    'От: Анна Иванова <anna@customer.test> \nИзпратено: вторник, 3 ноември 2026 г. 10:00\nДо: Ada Owner <ada@desk.test>\nОтносно: Лампата е счупена\n\n',
  ),
  made(
    'Outlook, Russian',
    'Пересл:',
    RU,
    ANNA,
    'От: Анна Иванова <anna@customer.test> \nОтправлено: вторник, 3 ноября 2026 г. 10:00\nКому: Ada Owner <ada@desk.test>\nКопия: Отдел <sales@desk.test>\nТема: Лампа разбита\nВажность: Высокая\n\n',
  ),
  made(
    'Outlook, Polish',
    'PD:',
    PL,
    ANN,
    'Od: Ann Berg <ann@customer.test> \nWysłano: wtorek, 3 listopada 2026 10:00\nDo: Ada Owner <ada@desk.test>\nDW: Sklep <sales@desk.test>\nTemat: Lampa jest zbita\n\n',
  ),
  made(
    'Outlook, German',
    'WG:',
    DE,
    ANN,
    'Von: Ann Berg <ann@customer.test> \nGesendet: Dienstag, 3. November 2026 10:00\nAn: Ada Owner <ada@desk.test>\nBetreff: Die Lampe ist kaputt\n\n',
  ),
  made(
    'Apple Mail, English',
    'Fwd:',
    EN,
    ANN,
    'Begin forwarded message:\n\nFrom: Ann Berg <ann@customer.test>\nSubject: The lamp is broken\nDate: 3 November 2026 at 10:00:00 EET\nTo: ada@desk.test\n\n',
  ),
  made(
    'Apple Mail, Bulgarian',
    'Fwd:',
    BG,
    ANNA,
    'Начало на препратеното съобщение:\n\nОт: Анна Иванова <anna@customer.test>\nТема: Лампата е счупена\nДата: 3 ноември 2026 г., 10:00:00 EET\nДо: ada@desk.test\n\n',
  ),
  made(
    'Apple Mail, Russian',
    'Fwd:',
    RU,
    ANNA,
    'Начало переадресованного сообщения:\n\nОт: Анна Иванова <anna@customer.test>\nТема: Лампа разбита\nДата: 3 ноября 2026 г., 10:00:00 EET\nКому: ada@desk.test\n\n',
  ),
  made(
    'Apple Mail, Polish',
    'Fwd:',
    PL,
    ANN,
    'Początek przekazywanej wiadomości:\n\nOd: Ann Berg <ann@customer.test>\nTemat: Lampa jest zbita\nData: 3 listopada 2026 o 10:00:00 EET\nDo: ada@desk.test\n\n',
  ),
  made(
    'Apple Mail, German',
    'Fwd:',
    DE,
    ANN,
    'Anfang der weitergeleiteten Nachricht:\n\nVon: Ann Berg <ann@customer.test>\nBetreff: Die Lampe ist kaputt\nDatum: 3. November 2026 um 10:00:00 EET\nAn: ada@desk.test\n\n',
  ),
  made(
    'Thunderbird, English',
    'Fwd:',
    EN,
    ANN,
    '-------- Forwarded Message --------\nSubject: \tThe lamp is broken\nDate: \tTue, 3 Nov 2026 10:00:00 +0200\nFrom: \tAnn Berg <ann@customer.test>\nTo: \tada@desk.test\n\n\n',
  ),
  made(
    'Thunderbird, Bulgarian',
    'Fwd:',
    BG,
    ANNA,
    '-------- Препратено писмо --------\nОтносно: \tЛампата е счупена\nДата: \tTue, 3 Nov 2026 10:00:00 +0200\nОт: \tАнна Иванова <anna@customer.test>\nДо: \tada@desk.test\n\n\n',
  ),
  made(
    'Thunderbird, Russian',
    'Fwd:',
    RU,
    ANNA,
    '-------- Перенаправленное сообщение --------\nТема: \tЛампа разбита\nДата: \tTue, 3 Nov 2026 10:00:00 +0200\nОт: \tАнна Иванова <anna@customer.test>\nКому: \tada@desk.test\n\n\n',
  ),
  made(
    'Thunderbird, Polish',
    'Fwd:',
    PL,
    ANN,
    '-------- Treść przekazanej wiadomości --------\nTemat: \tLampa jest zbita\nData: \tTue, 3 Nov 2026 10:00:00 +0200\nNadawca: \tAnn Berg <ann@customer.test>\nAdresat: \tada@desk.test\n\n\n',
  ),
  made(
    'Thunderbird, German',
    'Fwd:',
    DE,
    ANN,
    '-------- Weitergeleitete Nachricht --------\nBetreff: \tDie Lampe ist kaputt\nDatum: \tTue, 3 Nov 2026 10:00:00 +0200\nVon: \tAnn Berg <ann@customer.test>\nAn: \tada@desk.test\n\n\n',
  ),
  made(
    'Yandex',
    'Fwd:',
    RU,
    ANNA,
    '-------- Пересылаемое сообщение --------\n03.11.2026, 10:00, "Анна Иванова" <anna@customer.test>:\n\n',
  ),
  made(
    'abv.bg',
    'Fwd:',
    BG,
    ANNA,
    '-------- Оригинално писмо --------\nОт: Анна Иванова anna@customer.test\nОтносно: Лампата е счупена\nДо: ada@desk.test\nИзпратено на: 03.11.2026 10:00\n\n',
  ),
]
