// "Re" as mail programs of our four languages and their neighbours write and count it; forwards are left alone.
const replyMark =
  /^\s*(?:re|aw|antw|sv|vs|odp|ynt|rif|res|ref|отв|отг|ответ|отговор|на|ha)\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\*\d{1,3}|\d{1,2})?\s?[:：]\s*/iu

/**
 * The subject of an answer: `Re: ` once, however often and in whatever language it was answered
 * before, so that it stays the same through a whole exchange (RFC 5322 §3.6.5).
 */
export function replySubject(subject: string): string {
  let bare = subject.trim()
  for (let marks = 0; marks < 50 && replyMark.test(bare); marks++) bare = bare.replace(replyMark, '')
  return `Re: ${bare}`.trim()
}
