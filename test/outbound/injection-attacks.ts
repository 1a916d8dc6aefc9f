/** An encoded word. */
export const b64 = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
/** What would be a field and a body of its own. */
export const INJECTED = '\r\nBcc: victim@evil.test\r\n\r\nSent by evil'

/** Fields of a mail from outside, and what its answer holds of them; what is not said is as of any mail. */
export type Attack = {
  name: string
  lines: Record<string, string>
  subject?: string
  toName?: string
  inReplyTo?: string | null
  references?: string[]
}

/** Row A34: each way to write a line into what we will quote in our own header. */
export const attacks: Attack[] = [
  {
    name: 'CRLF in a decoded subject',
    lines: { Subject: b64(`Order${INJECTED}`) },
    subject: 'Re: Order Bcc: victim@evil.test Sent by evil',
  },
  {
    name: 'NUL, CR and LF alone in a decoded subject',
    lines: { Subject: '=?utf-8?Q?Order=00=0DBcc:_victim@evil.test=0A.=0A=E2=80=A8Cc:_victim@evil.test?=' },
    subject: 'Re: Order Bcc: victim@evil.test . Cc: victim@evil.test',
  },
  {
    name: 'CRLF in a decoded display name',
    lines: { From: `${b64(`Ivana${INJECTED}`)} <ivana@customer.test>` },
    toName: 'Ivana Bcc: victim@evil.test Sent by evil',
  },
  {
    name: 'a second address in a display name',
    lines: { From: '"Ivana\\" <victim@evil.test>, \\"x" <ivana@customer.test>' },
    toName: 'Ivana" <victim@evil.test>, "x',
  },
  {
    name: 'a folded field in the Message-ID',
    lines: { 'Message-ID': '<one\r\n\tBcc:victim@evil.test\r\n @customer.test>' },
    inReplyTo: '<oneBcc:victim@evil.test@customer.test>',
    references: ['<oneBcc:victim@evil.test@customer.test>'],
  },
  {
    name: 'CR, NUL and an encoded word in the Message-ID',
    lines: { 'Message-ID': `<two\rBcc:v\0${b64(INJECTED)}@customer.test>` },
    inReplyTo: '<twoBcc:vBcc:victim@evil.testSentbyevil@customer.test>',
    references: ['<twoBcc:vBcc:victim@evil.testSentbyevil@customer.test>'],
  },
  {
    name: 'a Message-ID beyond ASCII, which no field may carry',
    lines: { 'Message-ID': '<три\u2028Bcc@customer.test>' },
    inReplyTo: null,
    references: [],
  },
  {
    name: 'a Message-ID too long for a line',
    lines: { 'Message-ID': `<${'x'.repeat(1500)}@customer.test>` },
    inReplyTo: null,
    references: [],
  },
  {
    name: 'CR, NUL and foreign ids in References and In-Reply-To',
    lines: {
      'Message-ID': '<four@customer.test>',
      References: `<a@x.test>\rBcc: victim@evil.test\0<b@x.test> ${b64(`<${INJECTED}>`)} <c\0\r@x.test> <д@x.test>`,
      'In-Reply-To': '<c@x.test>\rBcc: victim@evil.test',
    },
    inReplyTo: '<four@customer.test>',
    references: ['<a@x.test>', '<b@x.test>', '<c@x.test>', '<four@customer.test>'],
  },
  {
    name: 'List-*, Reply-To, Sender and fields of ours with CRLF',
    lines: {
      'List-Unsubscribe': `${b64(INJECTED)} <mailto:victim@evil.test>`,
      'List-Id': `"x\rBcc: victim@evil.test" <list.evil.test>`,
      'Reply-To': `${b64(INJECTED)} <victim@evil.test>`,
      Sender: 'victim@evil.test',
      'Disposition-Notification-To': 'victim@evil.test',
      'X-Letterdesk-Ref': `x\rBcc: victim@evil.test`,
      'Auto-Submitted': 'no\rBcc: victim@evil.test',
    },
  },
]
