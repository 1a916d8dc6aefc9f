/** The picture formats a browser may show; recognised by their bytes, never by what a sender claims. */
export type RasterType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'

/**
 * Which of the harmless picture formats these bytes begin as; undefined for everything else, also for
 * SVG, which is a document that can hold scripts.
 */
export function rasterTypeOf(bytes: Buffer): RasterType | undefined {
  const head = bytes.subarray(0, 12).toString('latin1')
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'image/gif'
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'image/webp'
  return undefined
}

/**
 * The content type a file goes out with, by the ending of its name: what mail programs need to offer
 * the right application. `application/octet-stream` where the ending says nothing to us.
 */
export function contentTypeOf(filename: string): string {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(filename)?.[1]?.toLowerCase() ?? ''
  return typeByEnding.get(ending) ?? 'application/octet-stream'
}

const office = 'application/vnd.openxmlformats-officedocument'

// IANA media types of what people attach. Text types are left out on purpose: their charset is unknown.
const typeByEnding: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['heic', 'image/heic'],
  ['tif', 'image/tiff'],
  ['tiff', 'image/tiff'],
  ['pdf', 'application/pdf'],
  ['zip', 'application/zip'],
  ['7z', 'application/x-7z-compressed'],
  ['gz', 'application/gzip'],
  ['doc', 'application/msword'],
  ['xls', 'application/vnd.ms-excel'],
  ['ppt', 'application/vnd.ms-powerpoint'],
  ['docx', `${office}.wordprocessingml.document`],
  ['xlsx', `${office}.spreadsheetml.sheet`],
  ['pptx', `${office}.presentationml.presentation`],
  ['odt', 'application/vnd.oasis.opendocument.text'],
  ['ods', 'application/vnd.oasis.opendocument.spreadsheet'],
  ['odp', 'application/vnd.oasis.opendocument.presentation'],
  ['mp3', 'audio/mpeg'],
  ['m4a', 'audio/mp4'],
  ['wav', 'audio/wav'],
  ['mp4', 'video/mp4'],
  ['mov', 'video/quicktime'],
  ['webm', 'video/webm'],
])
