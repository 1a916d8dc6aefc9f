/**
 * A mail of our own writing with another Date: the field in its header is replaced, every other byte stays.
 *
 * @param bytes as `writeMail` made them: CRLF, one Date on one line
 * @throws RangeError where there is no such field
 */
export function redateMail(bytes: Buffer, date: Date): Buffer {
  const headerEnd = bytes.indexOf('\r\n\r\n')
  const header = bytes.subarray(0, Math.max(0, headerEnd)).toString('latin1')
  const start = header.startsWith('Date: ') ? 0 : header.indexOf('\r\nDate: ') + 2
  if (start === 1) throw new RangeError('the mail has no Date field')
  const lineEnd = header.indexOf('\r\n', start)
  const end = lineEnd < 0 ? headerEnd : lineEnd
  // RFC 5322 §3.3, in UTC as the writer of mails does it.
  const field = Buffer.from(`Date: ${date.toUTCString().replace(/GMT$/, '+0000')}`, 'latin1')
  return Buffer.concat([bytes.subarray(0, start), field, bytes.subarray(end)])
}
