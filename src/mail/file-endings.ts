// Media types of parts that came without a name, and of files that came without a type.
const ENDINGS: readonly (readonly [contentType: string, ending: string])[] = [
  ['text/plain', 'txt'],
  ['text/html', 'html'],
  ['text/calendar', 'ics'],
  ['text/csv', 'csv'],
  ['text/vcard', 'vcf'],
  ['text/x-vcard', 'vcf'],
  ['text/rfc822-headers', 'txt'],
  ['image/jpeg', 'jpg'],
  ['image/jpeg', 'jpeg'],
  ['image/png', 'png'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
  ['image/bmp', 'bmp'],
  ['image/tiff', 'tif'],
  ['audio/mpeg', 'mp3'],
  ['audio/wav', 'wav'],
  ['application/pdf', 'pdf'],
  ['application/rtf', 'rtf'],
  ['application/zip', 'zip'],
  ['application/msword', 'doc'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['application/pgp-signature', 'asc'],
  ['application/pgp-keys', 'asc'],
  ['application/pkcs7-signature', 'p7s'],
  ['application/x-pkcs7-signature', 'p7s'],
  ['application/pkcs7-mime', 'p7m'],
  ['application/x-pkcs7-mime', 'p7m'],
  ['application/ms-tnef', 'dat'],
  ['message/rfc822', 'eml'],
  ['message/global', 'eml'],
  ['message/delivery-status', 'txt'],
  ['message/disposition-notification', 'txt'],
]

const endingByType = new Map([...ENDINGS].reverse())
const typeByEnding = new Map([...ENDINGS].reverse().map(([type, ending]) => [ending, type]))

/** The usual ending of a file of that type, without the dot; `bin` where there is none. */
export function endingOf(contentType: string): string {
  return endingByType.get(contentType) ?? 'bin'
}

/** The type a file's name speaks of; `application/octet-stream` where it says nothing to us. */
export function contentTypeByName(filename: string): string {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(filename)?.[1]?.toLowerCase() ?? ''
  return typeByEnding.get(ending) ?? 'application/octet-stream'
}
