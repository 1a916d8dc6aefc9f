// Writes winmail.dat as Outlook does (MS-OXTNEF), as far as tests need it.

type File = { title: string; longName?: string; contentId?: string; bytes: Buffer }

const LEVEL_MESSAGE = 1
const LEVEL_ATTACHMENT = 2

/** A winmail.dat of these files and bodies; `rtf` is written unpacked (MELA). */
export function makeTnef(parts: { files?: File[]; html?: string; rtf?: string; codepage?: number }): Buffer {
  const properties = [
    ...(parts.html === undefined ? [] : [property(0x0102, 0x1013, Buffer.from(parts.html))]),
    ...(parts.rtf === undefined ? [] : [property(0x0102, 0x1009, plainRtf(parts.rtf))]),
    fixed(0x3fde, 65001),
  ]
  return Buffer.concat([
    uint32(0x223e9f78),
    Buffer.from([1, 0]),
    attribute(LEVEL_MESSAGE, 0x00069007, Buffer.concat([uint32(parts.codepage ?? 1251), uint32(0)])),
    attribute(LEVEL_MESSAGE, 0x00069003, list(properties)),
    ...(parts.files ?? []).flatMap(fileAttributes),
  ])
}

function fileAttributes(file: File): Buffer[] {
  const properties = [
    ...(file.longName === undefined ? [] : [property(0x001f, 0x3707, utf16(file.longName))]),
    ...(file.contentId === undefined ? [] : [property(0x001f, 0x3712, utf16(file.contentId))]),
  ]
  return [
    attribute(LEVEL_ATTACHMENT, 0x00069002, Buffer.alloc(14)),
    attribute(LEVEL_ATTACHMENT, 0x00018010, Buffer.from(`${file.title}\0`, 'latin1')),
    attribute(LEVEL_ATTACHMENT, 0x0006800f, file.bytes),
    attribute(LEVEL_ATTACHMENT, 0x00069005, list(properties)),
  ]
}

function attribute(level: number, id: number, data: Buffer): Buffer {
  const checksum = Buffer.alloc(2)
  checksum.writeUInt16LE(data.reduce((sum, byte) => (sum + byte) & 0xffff, 0))
  return Buffer.concat([Buffer.from([level]), uint32(id), uint32(data.length), data, checksum])
}

function list(properties: Buffer[]): Buffer {
  return Buffer.concat([uint32(properties.length), ...properties])
}

function property(type: number, id: number, value: Buffer): Buffer {
  const padding = Buffer.alloc((4 - (value.length % 4)) % 4)
  return Buffer.concat([uint32((id << 16) | type), uint32(1), uint32(value.length), value, padding])
}

function fixed(id: number, value: number): Buffer {
  return Buffer.concat([uint32((id << 16) | 3), uint32(value)])
}

function plainRtf(rtf: string): Buffer {
  const text = Buffer.from(rtf, 'latin1')
  return Buffer.concat([uint32(text.length + 12), uint32(text.length), uint32(0x414c454d), uint32(0), text])
}

function utf16(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le')
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}
