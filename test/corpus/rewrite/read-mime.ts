/** A well-formed mail, or part of one, as latin1 text with LF line ends. */
export type PlainPart = {
  /** Name and raw value, folds and all, in their order. */
  fields: [name: string, value: string][]
  body: string
  /** Parts of a multipart; of everything else none. */
  children: PlainPart[]
}

const FIELD = /^([!-9;-~]+):[ \t]?(.*)$/

/**
 * Takes a mail apart, or gives it up: only mail without any fault is rewritten, so that its truth cannot
 * change. It shares nothing with the product's reader.
 */
export function readPlainPart(text: string): PlainPart | undefined {
  const end = text.indexOf('\n\n')
  if (end < 0) return undefined
  const fields = readFields(text.slice(0, end).split('\n'))
  if (fields === undefined) return undefined
  const body = text.slice(end + 2)
  const type = fieldOf({ fields }, 'content-type') ?? ''
  if (!/^\s*multipart\//i.test(type)) return { fields, body, children: [] }
  const boundary = paramOf(type, 'boundary')
  const pieces = boundary === undefined ? undefined : splitBody(body, boundary)
  const children = pieces?.map(piece => readPlainPart(piece.startsWith('\n') ? `X-None: 1\n${piece}` : piece))
  if (children === undefined || children.includes(undefined)) return undefined
  return { fields, body: '', children: children.filter(child => child !== undefined) }
}

function readFields(lines: readonly string[]): PlainPart['fields'] | undefined {
  const fields: PlainPart['fields'] = []
  for (const line of lines) {
    const last = fields.at(-1)
    const field = FIELD.exec(line)
    if (/^[ \t]/.test(line) && last) last[1] += `\n${line}`
    else if (field) fields.push([field[1] ?? '', field[2] ?? ''])
    else return undefined
  }
  return fields
}

/** The parts between delimiters; undefined where a delimiter is missing or words stand around them. */
function splitBody(body: string, boundary: string): string[] | undefined {
  const pieces = `\n${body}`.split(`\n--${boundary}`)
  const last = pieces.pop()
  const first = pieces.shift()
  if (last === undefined || first === undefined || !/^--[ \t]*\n?\s*$/.test(last)) return undefined
  if (first.trim() !== '' && !/mime/i.test(first)) return undefined
  const parts = pieces.map(piece => /^[ \t]*\n([\s\S]*)$/.exec(piece)?.[1])
  return parts.length > 0 && !parts.includes(undefined) ? parts.filter(part => part !== undefined) : undefined
}

/** The raw value of the first field of that name. */
export function fieldOf(part: Pick<PlainPart, 'fields'>, name: string): string | undefined {
  return part.fields.find(([known]) => known.toLowerCase() === name)?.[1]
}

/** A parameter in its plain form. */
export function paramOf(value: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}=(?:"([^"\\\\\\n]*)"|([^\\s;"()<>@,\\\\]+))`, 'i').exec(value)
  return found?.[1] ?? found?.[2]
}

/** Sets a field where it stands, or adds it; `undefined` takes it away. */
export function setField(part: PlainPart, name: string, value: string | undefined): void {
  const at = part.fields.findIndex(([known]) => known.toLowerCase() === name.toLowerCase())
  const others = part.fields.filter(
    ([known], index) => known.toLowerCase() !== name.toLowerCase() || index === at,
  )
  const rewritten = others.flatMap(field => {
    if (field[0].toLowerCase() !== name.toLowerCase()) return [field]
    return value === undefined ? [] : [[field[0], value] as [string, string]]
  })
  part.fields = at < 0 && value !== undefined ? [...rewritten, [name, value]] : rewritten
}

/** The text of a mail put together again. */
export function writePlainPart(part: PlainPart): string {
  const head = part.fields.map(([name, value]) => `${name}: ${value}`).join('\n')
  if (part.children.length === 0) return `${head}\n\n${part.body}`
  const boundary = paramOf(fieldOf(part, 'content-type') ?? '', 'boundary') ?? 'b'
  const parts = part.children.map(child => `--${boundary}\n${writePlainPart(child)}\n`)
  return `${head}\n\n${part.body}${parts.join('')}--${boundary}--\n`
}
