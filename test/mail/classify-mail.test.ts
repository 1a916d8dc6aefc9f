import { describe, expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { fixture, rawMail } from './mail.ts'

describe('what kind of sender wrote a mail', () => {
  test.each([
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
    [
      'an absence in Polish',
      ['From: a@example.org', 'Subject: Autoodpowiedź: urlop'],
      'auto-reply',
      'subject',
    ],
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
      'auto-reply',
      'disposition-notification',
    ],
  ])('%s', async (_, headers, kind, reason) => {
    const body = headers.some(line => line.includes('boundary')) ? '--b\n\nx\n--b--' : 'x'

    const mail = await parseMail(rawMail(headers, body))

    expect([mail.kind, mail.kindReason]).toEqual([kind, reason])
  })
})

describe('what a bounce says', () => {
  test('a bounce in plain words names the address, the server’s words and the mail it speaks of', async () => {
    const mail = await parseMail(fixture('plain-bounce'))

    expect(mail.kind).toBe('bounce')
    expect(mail.deliveryReport).toEqual({
      originalMessageId: 'Ours.Token@example.com',
      recipients: [
        {
          address: 'gone@example.net',
          action: 'failed',
          status: '5.1.1',
          diagnostic: 'Remote host said: 550 5.1.1 <gone@example.net>: no such user',
        },
      ],
    })
  })

  test('the same words from a person are no bounce', async () => {
    const raw = fixture('plain-bounce')
      .toString()
      .replace('Return-Path: <>', 'Return-Path: <ann@example.org>')
    const mail = await parseMail(Buffer.from(raw.replace('MAILER-DAEMON@mx.example.net', 'ann@example.org')))

    expect([mail.kind, mail.deliveryReport]).toEqual(['person', null])
  })

  test('a delivery report names each recipient, its fate and the mail it speaks of', async () => {
    const mail = await parseMail(fixture('bounce'))

    expect(mail.kind).toBe('bounce')
    expect(mail.deliveryReport).toEqual({
      originalMessageId: 'Ours.Token@example.com',
      recipients: [
        {
          address: 'gone@example.net',
          action: 'failed',
          status: '5.1.1',
          diagnostic: '550 5.1.1 <gone@example.net>: Recipient address rejected',
        },
        { address: 'slow@example.net', action: 'delayed', status: '4.4.1', diagnostic: '' },
      ],
    })
  })
})
