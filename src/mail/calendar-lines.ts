/** One content line of iCalendar (RFC 5545 §3.1), its name and parameters in upper case. */
export type CalendarLine = { name: string; params: ReadonlyMap<string, string>; value: string }

/** A component such as VEVENT with its own lines and what lies inside. */
export type CalendarComponent = { name: string; lines: CalendarLine[]; inner: CalendarComponent[] }

const MAX_CHARS = 300_000
const MAX_LINES = 5_000
const MAX_DEPTH = 5
const LINE =
  /^([A-Za-z0-9-]{1,60})((?:;[A-Za-z0-9-]{1,60}=(?:"[^"]{0,1000}"|[^";:,]{0,1000})(?:,(?:"[^"]{0,1000}"|[^";:,]{0,1000}))*)*):(.*)$/s

/** The calendar as a tree, whose root has no name; never throws. Over 5,000 lines the rest is left out. */
export function readCalendar(text: string): CalendarComponent {
  const root: CalendarComponent = { name: '', lines: [], inner: [] }
  const open = [root]
  const unfolded = text.slice(0, MAX_CHARS).replace(/\r?\n[ \t]/g, '')
  for (const given of unfolded.split(/\r?\n/, MAX_LINES)) {
    const line = parseLine(given)
    if (!line) continue
    if (line.name === 'BEGIN') begin(open, line.value)
    else if (line.name === 'END') {
      if (open.length > 1) open.pop()
    } else open.at(-1)?.lines.push(line)
  }
  return root
}

function begin(open: CalendarComponent[], name: string): void {
  const component = { name: name.trim().toUpperCase(), lines: [], inner: [] }
  if (open.length <= MAX_DEPTH) open.at(-1)?.inner.push(component)
  open.push(component)
}

function parseLine(text: string): CalendarLine | undefined {
  const match = LINE.exec(text.slice(0, 10_000))
  if (!match) return undefined
  const [, name = '', given = '', value = ''] = match
  const params = new Map<string, string>()
  for (const [, key = '', quoted, plain] of given.matchAll(/;([\w-]+)=(?:"([^"]*)"|([^";:,]*))/g)) {
    params.set(key.toUpperCase(), quoted ?? plain ?? '')
  }
  return { name: name.toUpperCase(), params, value }
}

/** The first line of that name. */
export function lineOf(component: CalendarComponent, name: string): CalendarLine | undefined {
  return component.lines.find(line => line.name === name)
}

/** A text value without its escapes (RFC 5545 §3.3.11). */
export function textValue(line: CalendarLine | undefined): string {
  return (line?.value ?? '').replace(/\\([\\;,nN])/g, (_, sign: string) => (/n/i.test(sign) ? '\n' : sign))
}

/** The first component of that name, wherever it lies. */
export function findComponent(root: CalendarComponent, name: string): CalendarComponent | undefined {
  for (const one of root.inner) {
    const found = one.name === name ? one : findComponent(one, name)
    if (found) return found
  }
  return undefined
}
