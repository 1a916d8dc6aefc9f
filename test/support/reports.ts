/** What a test says of the mail that is reported on. */
export type Reported = {
  /** Raw bytes of the mail as the sink took it. */
  sent: Buffer
  /** Our mailbox, to which reports come. */
  to: string
  recipient: string
}

/** A report as Postfix writes it: failed, delayed or delivered. */
export function postfixReport(
  { sent, to, recipient }: Reported,
  said: { action: 'failed' | 'delayed' | 'delivered'; status: string; words: string },
): string {
  const subjects = {
    failed: 'Undelivered Mail Returned to Sender',
    delayed: 'Delayed Mail (still being retried)',
    delivered: 'Successful Mail Delivery Report',
  }
  return lines(
    'Return-Path: <>',
    'From: Mail Delivery System <MAILER-DAEMON@mx.far.test>',
    `To: ${to}`,
    `Subject: ${subjects[said.action]}`,
    `Message-ID: <${said.action}.${recipient.split('@')[0]}@mx.far.test>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="R1"',
    '',
    '--R1',
    '',
    'This is the mail system at host mx.far.test.',
    '',
    `<${recipient}>: ${said.words}`,
    '--R1',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.far.test',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    `Original-Recipient: rfc822;${recipient}`,
    `Action: ${said.action}`,
    `Status: ${said.status}`,
    `Diagnostic-Code: smtp; ${said.words}`,
    '',
    '--R1',
    'Content-Type: text/rfc822-headers',
    '',
    headerOf(sent),
    '',
    '--R1--',
  )
}

/** A non-delivery report as Exchange writes it: words for people first, the original header below. */
export function exchangeReport(
  { sent, to, recipient }: Reported,
  said: { status: string; words: string },
): string {
  return lines(
    'Return-Path: <>',
    'From: Microsoft Outlook <postmaster@far.test>',
    `To: ${to}`,
    'Subject: Undeliverable: Re: your question',
    'Message-ID: <ndr.1@far.test>',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="R2"',
    '',
    '--R2',
    'Content-Type: text/html; charset=utf-8',
    '',
    `<p>Your message to ${recipient} couldn't be delivered.</p><p>Remote server returned '550 ${said.status} ${said.words}'</p>`,
    '--R2',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns;EX01.far.test',
    '',
    `Final-recipient: RFC822;${recipient}`,
    'Action: failed',
    `Status: ${said.status}`,
    `Diagnostic-code: smtp;550 ${said.status} ${said.words}`,
    '',
    '--R2',
    'Content-Type: message/rfc822',
    '',
    headerOf(sent),
    '',
    '--R2--',
  )
}

/** A bounce as Gmail writes it: plain words, the address in a field of its own, the mail copied below. */
export function gmailReport({ sent, to, recipient }: Reported, words: string): string {
  return lines(
    'Return-Path: <>',
    `X-Failed-Recipients: ${recipient}`,
    'From: Mail Delivery Subsystem <mailer-daemon@provider.test>',
    `To: ${to}`,
    'Subject: Delivery Status Notification (Failure)',
    'Message-ID: <g.1@provider.test>',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Delivery to the following recipient failed permanently:',
    '',
    `     ${recipient}`,
    '',
    'Technical details of permanent failure:',
    words,
    '',
    '----- Original message -----',
    '',
    headerOf(sent),
    '',
    'the text of the mail',
  )
}

/** A feedback report (RFC 5965) that keeps of our header nothing but our own reference. */
export function complaint({ sent, to }: Reported): string {
  const ref = /^x-letterdesk-ref:.*(?:\r\n[ \t].*)*/im.exec(headerOf(sent))?.[0] ?? ''
  return lines(
    'From: <feedback@provider.test>',
    `To: ${to}`,
    'Subject: FW: your answer',
    'Message-ID: <arf.1@provider.test>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="R3"',
    '',
    '--R3',
    '',
    'This is an abuse report.',
    '--R3',
    'Content-Type: message/feedback-report',
    '',
    'Feedback-Type: abuse',
    'User-Agent: Provider/1.0',
    'Version: 1',
    '',
    '--R3',
    'Content-Type: message/rfc822',
    '',
    'Message-ID: <replaced.by.the.provider@provider.test>',
    ref,
    'Subject: your answer',
    '',
    'text',
    '--R3--',
  )
}

/** The header of a raw mail, without the empty line below it. */
function headerOf(raw: Buffer): string {
  const text = raw.toString('latin1')
  return text.slice(0, text.indexOf('\r\n\r\n'))
}

function lines(...all: string[]): string {
  return `${all.join('\r\n')}\r\n`
}
