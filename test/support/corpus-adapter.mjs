// Puts Letterdesk's reader under the corpus's scoring harness:
//   node_modules/.bin/node ../shared/corpus/open/tools/score.mjs --set ../shared/corpus/open --adapter test/support/corpus-adapter.mjs
import { htmlToPlainText } from '../../src/mail/html-text.ts'
import { parseMail, readAttachment } from '../../src/mail/parse-mail.ts'
import { splitReply } from '../../src/mail/split-reply.ts'

/** What `score.mjs` asks of a parser, from one ParsedMail. */
export async function parse(raw) {
  const mail = await parseMail(raw)
  const attachments = []
  for (const info of mail.attachments) {
    const part = await readAttachment(raw, info.index)
    attachments.push({ ...info, content: part?.bytes ?? null })
  }
  return {
    ...mail,
    from: mail.from ? [mail.from] : [],
    date: mail.sentAt,
    messageId: mail.internetMessageId,
    attachments,
    replyText: mail.visibleText,
    isAuto: mail.kind === 'auto-reply',
    isBounce: mail.kind === 'bounce',
    isComplaint: mail.kindReason === 'feedback-report',
    bounce: mail.deliveryReport?.recipients.map(one => ({ ...one, recipient: one.address })) ?? [],
  }
}

/** The new words of a single body. */
export function stripReply({ kind, body }) {
  return splitReply(kind === 'html' ? htmlToPlainText(body) : body).visibleText
}
