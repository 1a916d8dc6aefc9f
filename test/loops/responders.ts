/** A machine behind an address: whatever comes is answered at once. */
export type Responder = {
  kind: string
  /** Whom it writes as when it writes first. */
  address: string
  isFor: (address: string) => boolean
  /** `sender` is the envelope's. */
  answer: (mail: { raw: string; address: string; round: number }) => { raw: string; sender: string }
}

type Wish = {
  from?: string
  subject?: string
  /** Whether it names the mail it answers. */
  isThreaded?: boolean
  headers?: string[]
  text?: string
  sender?: string
}

type Answering = { raw: string; subject: string; id: string; round: number; address: string }

/** One of the kinds: who answers, and what it puts into an answer. */
function responder(kind: string, wishOf: (mail: Answering) => Wish): Responder {
  const domain = `${kind}.robots.test`
  const address = `robot@${domain}`
  return {
    kind,
    address,
    isFor: to => to.endsWith(`@${domain}`),
    answer: ({ raw, round, address: to }) => {
      const subject = headerOf(raw, 'Subject')
      const id = headerOf(raw, 'Message-ID')
      const wish = wishOf({ raw, subject, id, round, address: to })
      const lines = [
        `From: ${wish.from ?? address}`,
        'To: support@desk.test',
        `Subject: ${wish.subject ?? `Re: ${subject}`}`,
        `Message-ID: <${kind}-${round}-${Date.now()}@${domain}>`,
        'Date: Mon, 02 Nov 2026 09:00:00 +0000',
        ...(wish.isThreaded ? [`In-Reply-To: ${id}`, `References: ${id}`] : []),
        ...(wish.headers ?? []),
        'MIME-Version: 1.0',
        ...(wish.headers?.some(line => /^content-type:/i.test(line)) ? [] : ['Content-Type: text/plain']),
      ]
      const text = wish.text ?? 'I am away and will read your mail when I am back.\r\n'
      return { raw: `${lines.join('\r\n')}\r\n\r\n${text}`, sender: wish.sender ?? address }
    },
  }
}

function headerOf(raw: string, name: string): string {
  return (
    new RegExp(`^${name}:[ \\t]*(.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(raw)?.[1]?.replace(/\r\n[ \t]+/g, ' ') ??
    ''
  )
}

/** What a mail program says of a mail that somebody opened (RFC 8098). */
function receiptText({ address, id }: Answering): string {
  return [
    '--b',
    'Content-Type: text/plain',
    '',
    'Your message was displayed.',
    '',
    '--b',
    'Content-Type: message/disposition-notification',
    '',
    `Final-Recipient: rfc822; ${address}`,
    `Original-Message-ID: ${id}`,
    'Disposition: automatic-action/MDN-sent-automatically; displayed',
    '',
    '--b--',
    '',
  ].join('\r\n')
}

/** A mailbox that redirects: our own mail comes back as it was. */
function redirecting(kind: string): Responder {
  const plain = responder(kind, () => ({}))
  return {
    ...plain,
    answer: ({ raw }) => ({ raw: `Received: from mx.${kind}.robots.test\r\n${raw}`, sender: '' }),
  }
}

/** What a mail system answers to the From of a mail it could not deliver, against RFC 5321 §4.5.5. */
function bounceText({ address, id }: Answering): string {
  return [
    '--b',
    'Content-Type: text/plain',
    '',
    'Your message could not be delivered.',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.robots.test',
    '',
    `Final-Recipient: rfc822; ${address}`,
    'Action: failed',
    'Status: 5.1.1',
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${id}`,
    '',
    '--b--',
    '',
  ].join('\r\n')
}

/** A bounce that could not be delivered either comes back inside another one. */
function bounceOfBounceText(mail: Answering): string {
  return [
    '--outer',
    'Content-Type: text/plain',
    '',
    'The report below could not be delivered.',
    '',
    '--outer',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.robots.test',
    '',
    'Final-Recipient: rfc822; support@desk.test',
    'Action: failed',
    'Status: 5.4.6',
    '',
    '--outer',
    'Content-Type: message/rfc822',
    '',
    'From: MAILER-DAEMON@mx.robots.test',
    'To: support@desk.test',
    'Subject: Undelivered Mail Returned to Sender',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    bounceText(mail),
    '--outer--',
    '',
  ].join('\r\n')
}

/** The kinds of machines a desk meets, from those that follow the standard to those that follow nothing. */
export const RESPONDERS: readonly Responder[] = [
  responder('conform', () => ({ isThreaded: true, headers: ['Auto-Submitted: auto-replied'], sender: '' })),
  responder('old-vacation', () => ({ isThreaded: true })),
  responder('exchange', ({ subject }) => ({
    subject: `Automatic reply: ${subject}`,
    headers: [
      'X-Auto-Response-Suppress: All',
      'Auto-Submitted: auto-generated',
      'X-MS-Exchange-Inbox-Rules-Loop: robot@exchange.robots.test',
    ],
  })),
  responder('new-subject', ({ round }) => ({
    subject: `Your request, step ${round}`,
    isThreaded: round % 2 === 0,
  })),
  responder('other-address', ({ round }) => ({ from: `clerk${round}@other-address.robots.test` })),
  responder('tagged-address', ({ round }) => ({
    from: `robot+${round}@tagged-address.robots.test`,
    subject: `Case ${round}`,
  })),
  responder('bouncing', mail => ({
    from: 'MAILER-DAEMON@bouncing.robots.test',
    subject: 'Undelivered Mail Returned to Sender',
    headers: ['Content-Type: multipart/report; report-type=delivery-status; boundary=b'],
    text: bounceText(mail),
  })),
  responder('stripped', () => ({})),
  responder('list', () => ({
    from: 'all-request@list.robots.test',
    headers: ['List-Id: <all.list.robots.test>', 'Precedence: bulk'],
  })),
  responder('challenge', ({ round }) => ({
    subject: `Please confirm that you are a person (${round})`,
    text: 'Your mail waits until you open https://challenge.robots.test/confirm.\r\n',
  })),
  responder('receipt', mail => ({
    subject: `Read: ${mail.subject}`,
    isThreaded: true,
    headers: ['Content-Type: multipart/report; report-type=disposition-notification; boundary=b'],
    text: receiptText(mail),
  })),
  responder('helpdesk', ({ subject, round }) => ({
    subject: `[Case#${7000 + round}] We have received: ${subject}`,
    isThreaded: true,
    text: `Your case has the number ${7000 + round}.\r\n`,
  })),
  responder('answers-to-us', ({ round }) => ({
    subject: `About your mail ${round}`,
    headers: ['Reply-To: support@desk.test', 'Return-Path: <support@desk.test>'],
  })),
  redirecting('redirecting'),
  responder('echo', ({ raw, subject }) => ({
    isThreaded: true,
    subject,
    headers: [`X-Letterdesk-Ref: ${headerOf(raw, 'X-Letterdesk-Ref')}`],
    text: raw.slice(raw.indexOf('\r\n\r\n') + 4),
  })),
  responder('bounce-of-bounce', mail => ({
    from: 'postmaster@bounce-of-bounce.robots.test',
    subject: 'Undelivered Mail Returned to Sender',
    headers: ['Content-Type: multipart/report; report-type=delivery-status; boundary=outer'],
    text: bounceOfBounceText(mail),
    sender: '',
  })),
  responder('script', ({ round }) => ({
    isThreaded: round % 3 !== 0,
    subject: `${round} ${'x'.repeat(round)}`,
    text: `${round} * ${round} = ${round * round}. Please answer this question number ${round}.\r\n`,
  })),
]
