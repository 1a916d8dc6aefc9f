import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { AppError } from '../lib/app-error.ts'
import type { CommandOptions } from './create-agent.ts'

/** What a line of the log may name of a mail. A ledger row and a message name one mail, a ticket many. */
const IDS = ['ledgerRowId', 'messageId', 'ticketId'] as const
type IdName = (typeof IDS)[number]

type LogLine = { time?: string; level?: string | number; msg?: string } & Record<string, unknown>
type Known = Record<IdName, Set<number>>

const OPTION_OF: Readonly<Record<string, IdName>> = {
  '--row': 'ledgerRowId',
  '--message': 'messageId',
  '--ticket': 'ticketId',
}
const usage =
  'letterdesk trace-mail --row=ID | --message=ID | --ticket=ID [FILE…]: the ids stand in the ledger and in the log; without a FILE it reads its input'

/**
 * `letterdesk trace-mail`: prints what the log says of one mail, in order: from its row in the ledger over its message and
 * ticket to what a server answered. It reads files of the log, or its input, and nothing else.
 *
 * @returns the exit code: 1 where the log says nothing of it
 * @throws AppError `bad-option`; the fault of a file that cannot be read
 */
export async function traceMail(options: CommandOptions, paths: readonly string[]): Promise<number> {
  const known = readWish(options)
  const lines = await readLines(paths)
  const traced = findLines(lines, known)
  for (const line of traced) console.log(write(line))
  return traced.length > 0 ? 0 : 1
}

function readWish(options: CommandOptions): Known {
  const known: Known = { ledgerRowId: new Set(), messageId: new Set(), ticketId: new Set() }
  for (const [option, name] of Object.entries(OPTION_OF)) {
    const given = options.get(option)
    if (given === undefined) continue
    if (!/^[1-9]\d{0,15}$/.test(given)) throw new AppError('bad-option', `${option} is no id: ${usage}`)
    known[name].add(Number(given))
  }
  if (IDS.every(name => known[name].size === 0)) throw new AppError('bad-option', usage)
  return known
}

/** Of a log only the lines that name a mail are kept. */
async function readLines(paths: readonly string[]): Promise<LogLine[]> {
  const lines: LogLine[] = []
  const inputs = paths.length === 0 ? [process.stdin] : paths.map(path => createReadStream(path))
  for (const input of inputs) {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const line = parse(text)
      if (line !== undefined && IDS.some(name => idsIn(line, name).length > 0)) lines.push(line)
    }
  }
  return lines
}

/** Undefined for what is no line of ours, as a container's log may hold others between them. */
function parse(text: string): LogLine | undefined {
  const start = text.indexOf('{')
  if (start < 0) return undefined
  try {
    return JSON.parse(text.slice(start)) as LogLine
  } catch {
    return undefined
  }
}

function idsIn(line: LogLine, name: IdName): number[] {
  const given = [line[name], line[`${name}s`]].flat()
  return given.filter(id => typeof id === 'number')
}

/** From row to message and back, until nothing new is named. A ticket leads to its mails only where it was asked for. */
function findLines(lines: readonly LogLine[], known: Known): LogLine[] {
  const byTicket = known.ticketId.size > 0
  let found: LogLine[] = []
  for (let before = -1; before !== found.length; ) {
    before = found.length
    found = lines.filter(line => isNamed(line, known, byTicket))
    for (const line of found) learn(line, known)
  }
  return found.toSorted((one, other) => String(one.time ?? '').localeCompare(String(other.time ?? '')))
}

function learn(line: LogLine, known: Known): void {
  for (const name of ['ledgerRowId', 'messageId'] as const) {
    for (const id of idsIn(line, name)) known[name].add(id)
  }
}

function isNamed(line: LogLine, known: Known, byTicket: boolean): boolean {
  const names: readonly IdName[] = byTicket ? IDS : ['ledgerRowId', 'messageId']
  return names.some(name => idsIn(line, name).some(id => known[name].has(id)))
}

const ABOVE_THE_REST = new Set(['time', 'level', 'msg', 'pid', 'hostname'])

function write(line: LogLine): string {
  const facts = Object.entries(line)
    .filter(([name, value]) => !ABOVE_THE_REST.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
  return [line.time ?? '', String(line.level ?? '').padEnd(5), line.msg ?? '', ...facts].join('  ')
}
