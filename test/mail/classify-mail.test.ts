import { expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { fixture, rawMail } from './mail.ts'

const kinds: readonly (readonly [
  what: string,
  headers: readonly string[],
  kind: string,
  reason: string | null,
])[] = [
  ['a person', ['From: ann@example.org'], 'person', null],
  ['Auto-Submitted: no is a person', ['From: ann@example.org', 'Auto-Submitted: no'], 'person', null],
  [
    'RFC 3834 §5',
    ['From: ann@example.org', 'Auto-Submitted: auto-replied (vacation)'],
    'auto-reply',
    'auto-submitted',
  ],
  [
    'a second Auto-Submitted hides nothing',
    ['Auto-Submitted: no', 'Auto-Submitted: auto-generated'],
    'auto-reply',
    'auto-submitted',
  ],
  ['the null sender', ['Return-Path: <>', 'From: ann@example.org'], 'auto-reply', 'null-sender'],
  [
    'Exchange asks for silence',
    ['X-Auto-Response-Suppress: DR, OOF, AutoReply'],
    'auto-reply',
    'x-auto-response-suppress',
  ],
  [
    'Exchange asks for no receipts only',
    ['From: ann@example.org', 'X-Auto-Response-Suppress: DR, RN'],
    'person',
    null,
  ],
  ['a no-reply sender', ['From: no-reply@example.org'], 'auto-reply', 'no-reply-sender'],
  [
    'an absence in Bulgarian',
    ['From: a@example.org', 'Subject: Автоматичен отговор: отпуск'],
    'auto-reply',
    'subject',
  ],
  ['an absence in Polish', ['From: a@example.org', 'Subject: Autoodpowiedź: urlop'], 'auto-reply', 'subject'],
  ['RFC 2919', ['From: ann@example.org', 'List-Id: <talk.example.org>'], 'list', 'list-id'],
  [
    'RFC 2369',
    ['From: ann@example.org', 'List-Unsubscribe: <mailto:u@example.org>'],
    'list',
    'list-unsubscribe',
  ],
  [
    'a mail system with a null sender',
    ['Return-Path: <>', 'From: MAILER-DAEMON <>', 'Subject: x'],
    'bounce',
    'null-sender',
  ],
  [
    'a receipt',
    ['Content-Type: multipart/report; report-type=disposition-notification; boundary=b'],
    'receipt',
    'disposition-notification',
  ],
  [
    'a feedback report',
    ['Content-Type: multipart/report; report-type=feedback-report; boundary=b'],
    'complaint',
    'feedback-report',
  ],
  [
    'an invitation',
    ['From: ann@example.org', 'Content-Type: text/calendar; method=REQUEST'],
    'calendar',
    'request',
  ],
  [
    'an invitation that a calendar service marks as automatic',
    ['Auto-Submitted: auto-generated', 'Content-Type: text/calendar; method=REQUEST'],
    'calendar',
    'request',
  ],
  [
    'an answer that a meeting room gave',
    ['Auto-Submitted: auto-replied', 'Content-Type: text/calendar; method=REPLY'],
    'auto-reply',
    'auto-submitted',
  ],
  [
    'a calendar file without a method',
    ['From: ann@example.org', 'Content-Type: text/calendar'],
    'person',
    null,
  ],
  [
    'a second Precedence hides nothing',
    ['From: ann@example.org', 'Precedence: personal', 'Precedence: bulk'],
    'auto-reply',
    'precedence',
  ],
  [
    'a postmaster who answers about a bounce',
    ['From: Ann <postmaster@example.org>', 'Subject: Re: Delivery status notification'],
    'person',
    null,
  ],
  [
    'an answer to an absence',
    ['From: ann@example.org', 'Subject: Re: Automatic reply: your order'],
    'person',
    null,
  ],
  ['an order of chairs', ['From: ann@example.org', 'Subject: Out of office chairs?'], 'person', null],
  [
    'a question about holidays',
    ['From: ann@example.org', 'Subject: Away from home, please keep it'],
    'person',
    null,
  ],
  [
    'an absence as Notes writes it',
    ['From: ann@example.org', 'Subject: AUTO: Ann Kern is out of the office (returning 05/01/2026)'],
    'auto-reply',
    'subject',
  ],
  ['an order of car parts', ['From: ann@example.org', 'Subject: Auto: spare key, urgent'], 'person', null],
  [
    'a server of a name of its own',
    ['From: MDaemon@far.example', 'Subject: Warning: ann@far.example - User unknown!'],
    'bounce',
    'mailer-daemon',
  ],
  [
    'a gateway of a name of its own',
    ['From: E500_SMTP_Mail_Service@far.example', 'Subject: Returned Mail - Error During Delivery'],
    'bounce',
    'mailer-daemon',
  ],
  ['the people who run such a server', ['From: mdaemon@far.example', 'Subject: Our prices'], 'person', null],
  [
    'an absence with a date',
    ['From: ann@example.org', 'Subject: Out of office until 3 May'],
    'auto-reply',
    'subject',
  ],
  [
    'an absence in Czech',
    ['From: ann@example.org', 'Subject: Automatická odpověď: Box'],
    'auto-reply',
    'subject',
  ],
  [
    'an answer from a help desk that asks for silence',
    ['From: ann@example.org', 'Subject: Re: Box', 'X-Auto-Response-Suppress: All'],
    'person',
    null,
  ],
  [
    'a person who adds a field of bounces',
    ['From: ann@example.org', 'X-Failed-Recipients: bob@example.org'],
    'person',
    null,
  ],
  [
    'a second Return-Path, which the sender wrote',
    ['Return-Path: <ann@example.org>', 'Return-Path: <>', 'From: ann@example.org'],
    'person',
    null,
  ],
  [
    'a responder of its own',
    ['From: ann@example.org', 'X-Acme-Autoresponder: 1'],
    'auto-reply',
    'x-acme-autoresponder',
  ],
  ['a responder that is off', ['From: ann@example.org', 'X-Acme-Autoreply: no'], 'person', null],
  [
    'FirstClass',
    ['From: ann@example.org', 'X-FC-MachineGenerated: true'],
    'auto-reply',
    'x-fc-machinegenerated',
  ],
  ...[
    'Automatikus válasz: Box 17',
    'Răspuns automat: Box 17',
    'Automatski odgovor: Box 17',
    'Αυτόματη απάντηση: Box 17',
    '自動返信: Box 17',
    'Absent(e) du bureau : Box 17',
    'Fuera de la oficina: Box 17',
    'Nieobecność w biurze',
    'Ofis Dışında: Box 17',
    'Out of Office AutoReply: Box 17',
    'AUTO REPLY Re: Box 17',
    'I am out of the office',
  ].map(
    subject =>
      [
        `an absence by its subject: ${subject}`,
        ['From: ann@example.org', `Subject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`],
        'auto-reply',
        'subject',
      ] as const,
  ),
  [
    'an order of what stands there',
    ['From: ann@example.org', 'Subject: Out of office chairs, two'],
    'person',
    null,
  ],
  [
    'an answer to an automatic one',
    ['From: ann@example.org', 'Subject: Re: Automatic reply: Box 17'],
    'person',
    null,
  ],
  [
    'a bounce in Dutch',
    ['From: postmaster@example.org', 'Subject: Niet te bezorgen: Box 17'],
    'bounce',
    'mailer-daemon',
  ],
  [
    'a bounce in Bulgarian, of Exchange',
    ['From: postmaster@example.org', 'Subject: Не може да се достави: Box 17'],
    'bounce',
    'mailer-daemon',
  ],
  [
    'a mail that waits',
    ['From: MAILER-DAEMON@example.org', 'Subject: Delayed Mail (still being retried)'],
    'bounce',
    'mailer-daemon',
  ],
  [
    'a bounce in Bulgarian',
    ['From: MAILER-DAEMON@example.org', 'Subject: Недоставено: заявка'],
    'bounce',
    'mailer-daemon',
  ],
]

test.each(kinds)('kind: %s', async (_, headers, kind, reason) => {
  const body = headers.some(line => line.includes('boundary')) ? '--b\n\nx\n--b--' : 'x'

  const mail = await parseMail(rawMail(headers, body))

  expect([mail.kind, mail.kindReason]).toEqual([kind, reason])
})

test('a form for customers with a field named like those of complaints is a person’s', async () => {
  const form = rawMail(['From: ann@example.org'], 'Version: 3.2\nFeedback-Type: bug\n\nIt stops.')
  const report = rawMail(['From: fbl@example.org'], 'Version: 1\nFeedback-Type: abuse\nSource-IP: 192.0.2.1')

  const kinds = [(await parseMail(form)).kind, (await parseMail(report)).kind]

  expect(kinds).toEqual(['person', 'complaint'])
})

test('a person who attaches a delivery report stays a person', async () => {
  const mail = await parseMail(fixture('attached-report'))

  expect([mail.kind, mail.deliveryReport, mail.text]).toEqual([
    'person',
    null,
    'I got this from you, and no parcel.',
  ])
})

test('a complaint in a person’s words, with the mail that is meant, stays a person’s', async () => {
  const headers = [
    'From: ann@example.org',
    'Subject: Spam report',
    'Content-Type: multipart/mixed; boundary=b',
  ]
  const raw = rawMail(
    headers,
    '--b\n\nStop it\n--b\nContent-Type: message/rfc822\n\nSubject: Offer\n\nx\n--b--',
  )

  const mail = await parseMail(raw)

  expect(mail.kind).toBe('person')
})

test('the reason of a kind is a word, whatever the sender encoded there', async () => {
  const mail = await parseMail(fixture('percent-report-type'))

  expect([mail.kind, mail.kindReason]).toEqual(['auto-reply', 'report'])
})
