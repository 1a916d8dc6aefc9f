import { expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { cpuMsOf } from './cpu-time.ts'
import { fixture, rawMail } from './mail.ts'

test('a bounce in plain words names the address, the server’s words and the mail it speaks of', async () => {
  const mail = await parseMail(fixture('plain-bounce'))

  expect(mail.kind).toBe('bounce')
  expect(mail.returnedMail).toEqual({ internetMessageId: 'Ours.Token@example.com', letterdeskRef: null })
  expect(mail.deliveryReport).toEqual({
    recipients: [
      {
        address: 'gone@example.net',
        originalAddress: null,
        action: 'failed',
        status: '5.1.1',
        diagnostic:
          '192.0.2.25 does not like recipient. Remote host said: 550 5.1.1 <gone@example.net>: no such user Giving up on 192.0.2.25.',
        reason: 'unknown-address',
      },
    ],
  })
})

test('the same words from a person are no bounce', async () => {
  const raw = fixture('plain-bounce').toString().replace('Return-Path: <>', 'Return-Path: <ann@example.org>')
  const mail = await parseMail(Buffer.from(raw.replace('MAILER-DAEMON@mx.example.net', 'ann@example.org')))

  expect([mail.kind, mail.deliveryReport, mail.returnedMail]).toEqual(['person', null, null])
})

test('a delivery report names each recipient, its fate and the mail it speaks of', async () => {
  const mail = await parseMail(fixture('bounce'))

  expect(mail.kind).toBe('bounce')
  expect(mail.returnedMail?.internetMessageId).toBe('Ours.Token@example.com')
  expect(mail.deliveryReport?.recipients).toEqual([
    {
      address: 'gone@example.net',
      originalAddress: null,
      action: 'failed',
      status: '5.1.1',
      diagnostic: '550 5.1.1 <gone@example.net>: Recipient address rejected',
      reason: 'unknown-address',
    },
    {
      address: 'slow@example.net',
      originalAddress: null,
      action: 'delayed',
      status: '4.4.1',
      diagnostic: '',
      reason: 'expired',
    },
  ])
})

test.each([
  [
    'the same, a few lines before the address',
    ['Could not be delivered because', '', '552 5.2.2 Quota exceeded', '', 'Affected:', 'ann@far.example'],
    '5.2.2',
    'mailbox-full',
  ],
  [
    'a sentence',
    ['We had trouble. Recipient <ann@far.example> was refused: [554 5.7.1 Message is spam]'],
    '5.7.1',
    'spam',
  ],
  [
    'a transcript below the address',
    [
      '<ann@far.example>',
      '',
      '--- transcript ---',
      '>>> RCPT To:<ann@far.example>',
      '<<< 550 5.1.1 <ann@far.example>... User unknown',
    ],
    '5.1.1',
    'unknown-address',
  ],
  [
    'fields of a report taken apart',
    ['Final-Recipient: rfc822; ann@far.example', 'Action: failed', 'Status: 5.1.2'],
    '5.1.2',
    'unknown-domain',
  ],
  [
    'a quoted address',
    ['"ann@far.example":', 'SMTP error from remote server after RCPT command:', '5.2.1 account disabled'],
    '5.2.1',
    'address-disabled',
  ],
  [
    'Russian words',
    ['Письмо не может быть доставлено получателю ann@far.example: почтовый ящик переполнен'],
    '',
    'mailbox-full',
  ],
  [
    'only a reply code',
    ['ann@far.example:', 'host mx.far.example said: 550 no mailbox here by that name'],
    '',
    'unknown-address',
  ],
  [
    'an address of a version of a program',
    ['ann@far.example', 'Exim 4.96.2 on 10.5.2.1: 550 relay not permitted'],
    '',
    'policy',
  ],
])('plain words: %s', async (_, lines, status, reason) => {
  const mail = await parseMail(plainBounce(lines))

  expect(mail.deliveryReport?.recipients).toMatchObject([{ address: 'ann@far.example', status, reason }])
})

test('each recipient of a bounce in plain words has its own cause', async () => {
  const lines = [
    '<a@far.example>:',
    '550 5.1.1 no such user',
    '',
    '<b@far.example>:',
    '552 5.2.2 mailbox full',
    '',
  ]
  const mail = await parseMail(plainBounce(lines))

  expect(mail.deliveryReport?.recipients.map(one => [one.address, one.reason])).toEqual([
    ['a@far.example', 'unknown-address'],
    ['b@far.example', 'mailbox-full'],
  ])
})

test('a warning in plain words is a delay, and a mail given up after it is not', async () => {
  const warned = await parseMail(
    plainBounce(['Warning: message delayed 24 hours', '', 'ann@far.example', '451 4.3.0 later']),
  )
  const lost = await parseMail(plainBounce(['ann@far.example', '451 4.3.0 delayed too long, giving up']))

  expect(warned.deliveryReport?.recipients[0]?.action).toBe('delayed')
  expect(lost.deliveryReport?.recipients[0]?.action).toBe('failed')
})

test.each([
  [
    'Exim, which says when it will give up',
    [
      'The address to which the message has not yet been delivered is:',
      '',
      '  ann@far.example',
      '',
      'No action is required on your part.',
      'Eventually the mail delivery software will give up, and the message will be returned.',
    ],
  ],
  ['a gateway', ['ann@far.example', '', 'Delivery attempts will continue to be made for 5 days.']],
  ['a full mailbox', ['Delivery to "ann@far.example" has been postponed due to a full mailbox.']],
])('a warning of %s is a delay', async (_, lines) => {
  const mail = await parseMail(plainBounce(lines))

  expect(mail.deliveryReport?.recipients).toMatchObject([{ address: 'ann@far.example', action: 'delayed' }])
})

test('whom Exchange says a mail was addressed to is not who it did not reach', async () => {
  const lines = [
    'Your message',
    '',
    '  To: team@far.example',
    '  Subject: Your order',
    '',
    'did not reach the following recipient(s):',
    '',
    'c=US;a= ;p=FAR;o=North;dda:SMTP=ann@far.example; on Fri, 4 Oct 2002',
    'The recipient name is not recognized',
  ]
  const mail = await parseMail(plainBounce(lines))

  expect(mail.deliveryReport?.recipients.map(one => one.address)).toEqual(['ann@far.example'])
})

test('a mail refused in the form of a receipt is a bounce, a mail deleted unread is a receipt', async () => {
  const refused = await parseMail(fixture('refused-after-delivery'))
  const unread = fixture('refused-after-delivery')
    .toString()
    .replace('auto-replied (rejected)', 'auto-replied')
    .replace('was automatically rejected', 'was deleted without being read: Rejected mail')

  expect(refused.kind).toBe('bounce')
  expect(refused.returnedMail?.internetMessageId).toBe('Ours.Token@example.com')
  expect(refused.deliveryReport?.recipients).toMatchObject([
    { address: 'ann@far.example', action: 'failed', reason: 'mailbox-full' },
  ])
  expect((await parseMail(Buffer.from(unread))).kind).toBe('receipt')
})

test('a bounce that names nobody speaks of whom the returned mail was written to', async () => {
  const returned = [
    '',
    '--- Unsent message ---',
    'From: support@example.com',
    'To: ann@far.example',
    'Message-ID: <Ours.Token@example.com>',
  ]
  const mail = await parseMail(plainBounce(['421 far.example... Connection timed out', ...returned]))

  expect(mail.deliveryReport?.recipients[0]?.address).toBe('ann@far.example')
  expect(mail.returnedMail?.internetMessageId).toBe('Ours.Token@example.com')
})

test('a report that only tells of success is a receipt', async () => {
  const raw = fixture('bounce').toString().replace('Action: failed', 'Action: delivered')
  const mail = await parseMail(Buffer.from(raw.replace('Action: delayed', 'Action: relayed')))

  expect([mail.kind, mail.kindReason]).toEqual(['receipt', 'delivery-status'])
})

test('a bounce wrapped into a notice of a gateway is read from inside', async () => {
  const inner = fixture('bounce').toString()
  const mail = await parseMail(
    rawMail(
      [
        'Return-Path: <>',
        'From: MAILER-DAEMON@gw.example',
        'Subject: Returned mail',
        'Content-Type: multipart/mixed; boundary=w',
      ],
      `--w\n\nYour mail could not be delivered.\n--w\nContent-Type: message/rfc822\n\n${inner}\n--w--\n`,
    ),
  )

  expect(mail.deliveryReport?.recipients.map(one => one.address)).toEqual([
    'gone@example.net',
    'slow@example.net',
  ])
})

test('a complaint names the mail it speaks of, also where its parts were lost', async () => {
  const mail = await parseMail(
    rawMail(
      [
        'From: staff@far.example',
        'Subject: complaint about message from 192.0.2.1',
        'Content-Type: multipart/mixed; boundary=w',
      ],
      '--w\nContent-Type: message/rfc822\n\nMessage-ID: <Ours.Token@example.com>\nX-Letterdesk-Ref: a.b\n\nhello\n--w--\n',
    ),
  )

  expect(mail.kind).toBe('complaint')
  expect(mail.returnedMail).toEqual({ internetMessageId: 'Ours.Token@example.com', letterdeskRef: 'a.b' })
})

test('time grows with the length of a bounce, not with its square', async () => {
  const line = `${'message '.repeat(30)}a@b${' '.repeat(200)}<x@y.example 550 too too too\n`
  const msOf = async (lines: number) => {
    const raw = plainBounce(Array.from({ length: lines }, () => line))
    return await cpuMsOf(() => parseMail(raw))
  }

  await msOf(100)

  expect(await msOf(5_000)).toBeLessThan(2_000)
})

function plainBounce(lines: readonly string[]): Buffer {
  return rawMail(
    [
      'Return-Path: <>',
      'From: MAILER-DAEMON@mx.example.net',
      'To: support@example.com',
      'Subject: Mail delivery failed',
      'Content-Type: text/plain; charset=utf-8',
    ],
    `This is the mail system. Your mail could not be delivered.\n\n${lines.join('\n')}\n`,
  )
}
