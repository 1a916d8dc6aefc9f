import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { TEST_SECRET_KEY } from '../support/ground.ts'
import { rawMail } from '../support/mails.ts'
import { waitUntil } from '../support/wait-until.ts'

const root = new URL('../..', import.meta.url).pathname
const plainMails = 240

let desk: FilingDesk
let folder: string
let mailboxId: number

beforeAll(async () => {
  desk = await startFilingDesk()
  mailboxId = await desk.addMailbox({ address: 'old@desk.test', acknowledges: true })
  folder = await mkdtemp(join(tmpdir(), 'letterdesk-import-'))
  await writeOldMail(join(folder, 'mail'))
})

afterAll(async () => {
  await desk.stop()
  await rm(folder, { recursive: true, force: true })
})

test('old mail of files is there once after two kills, closed at its own dates, tells nobody, and is answered to', {
  timeout: 120_000,
}, async () => {
  const dry = await runImport(['--dry-run', 'mail'])
  const rowsAfterDry = await rows()
  for (const seen of [40, 150]) {
    const running = startImport(['mail'])
    await waitUntil(`${seen} rows`, async () => (await rows()).length >= seen || undefined, {
      withinMs: 30_000,
    })
    running.kill('SIGKILL')
    await once(running, 'exit')
    // Its heartbeat is as old as it would be a minute later.
    await desk.query("update instance set alive_at = alive_at - interval '1 minute'")
  }
  const whole = await runImport(['mail'])
  const again = await runImport(['mail'])
  const stranger = await runImport(['--mailbox=nobody@desk.test', 'mail'])
  const before = await state()
  await desk.store([
    {
      mailboxId,
      receivedAt: new Date(),
      raw: rawMail({ to: 'old@desk.test', inReplyTo: 'plain-7@customer.test', subject: 'Re: Order 7' }),
    },
  ])
  await desk.fileAll()

  expect(stranger).toMatchObject({ code: 1, said: expect.stringContaining('(no-such-mailbox)') })
  expect(dry).toMatchObject({ code: 2 })
  expect(dry.said).toContain(`${plainMails + 5} mails read, of 2019-03-01 to 2024-05-02`)
  expect(dry.said).toContain('1 written by the mailbox')
  expect(dry.said).toContain('left out: 1 deleted, 1 drafts, 1 that could not be read')
  expect(dry.said).toContain('broken.eml: has no header of a mail')
  expect(rowsAfterDry).toEqual([])
  expect(whole).toMatchObject({ code: 2 })
  expect(again.said).toContain(`0 new, ${plainMails + 5} there already`)
  const outcomes = Map.groupBy(await rows(), row => row.state)
  expect([...outcomes].map(([outcome, of]) => [outcome, of.length])).toEqual([['filed', plainMails + 6]])
  expect(before).toEqual({
    tickets: plainMails + 3,
    open: 0,
    waiting: 0,
    notAtItsDate: 0,
    jobs: 0,
    outgoing: 0,
    newsOfToday: 0,
  })
  expect(await ticketOf('Order 7')).toMatchObject({
    state: 'open',
    message_count: 2,
    created_at: new Date('2024-05-01T09:07:00Z'),
  })
  const thread = await desk.query(`select direction, state from message join ticket on ticket.id = ticket_id
    where ticket.subject = 'A thread' order by received_at`)
  expect(thread).toEqual([
    { direction: 'inbound', state: 'closed' },
    { direction: 'outbound', state: 'closed' },
  ])
  const [quoted] = await desk.query("select text from message_body where text like '%From the start%'")
  expect(quoted?.text).toBe('Hello,\n\nFrom the start it was late.\n>From Ivana: two signs were one.')
})

async function state() {
  const [found] = await desk.query(`
    select count(*)::int as tickets,
      count(*) filter (where state <> 'closed')::int as open,
      count(*) filter (where waiting_since is not null)::int as waiting,
      count(*) filter (where created_at > '2024-06-01' or closed_at > '2024-06-01'
        or closed_at is null or last_message_at > '2024-06-01')::int as "notAtItsDate",
      (select count(*)::int from graphile_worker.jobs where task_identifier = 'acknowledge_ticket') as jobs,
      (select count(*)::int from outbox) as outgoing,
      (select count(*)::int from ticket_event where at > '2024-06-01') as "newsOfToday"
    from ticket where mailbox_id = ${mailboxId}`)
  return found
}

async function rows() {
  return await desk.query(`select state from mail_instance where mailbox_id = ${mailboxId}`)
}

async function ticketOf(subject: string) {
  const [found] = await desk.query(`select * from ticket where subject = '${subject}'`)
  return found
}

function startImport(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['src/start.mjs', 'import', '--mailbox', 'OLD@desk.test', ...pathed(args)], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATABASE_URL: desk.databaseUrl,
      DATA_DIR: join(folder, 'data'),
      SECRET_KEY: TEST_SECRET_KEY,
      SENDER_CHECKS: 'no',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function pathed(args: readonly string[]): string[] {
  return args.map(arg => (arg.startsWith('-') ? arg : join(folder, arg)))
}

async function runImport(args: readonly string[]): Promise<{ code: unknown; said: string }> {
  const running = startImport(args)
  let said = ''
  for (const stream of [running.stdout, running.stderr]) stream?.on('data', chunk => (said += String(chunk)))
  const [code] = await once(running, 'close')
  return { code, said }
}

/** An mbox as programs write it, a Maildir with its flags, and a folder of single mails with one that is none. */
async function writeOldMail(at: string): Promise<void> {
  const plain = Array.from({ length: plainMails }, (_, n) =>
    rawMail({
      to: 'old@desk.test',
      subject: `Order ${n}`,
      messageId: `plain-${n}@customer.test`,
      from: `Customer ${n} <c${n}@customer.test>`,
      date: dateOf(n),
    }),
  )
  await mkdir(join(at, 'maildir/cur'), { recursive: true })
  await mkdir(join(at, 'maildir/new'))
  await mkdir(join(at, 'maildir/tmp'))
  await mkdir(join(at, 'single/deeper'), { recursive: true })
  const question = rawMail({
    to: 'old@desk.test',
    subject: 'A thread',
    messageId: 'question@customer.test',
    date: 'Wed, 01 May 2024 10:00:00 +0000',
  })
  const answer = rawMail({
    from: 'Support <old@desk.test>',
    to: 'ann@customer.test',
    subject: 'Re: A thread',
    messageId: 'answer@desk.test',
    inReplyTo: 'question@customer.test',
    date: 'Thu, 02 May 2024 10:00:00 +0000',
  })
  const quoting = rawMail({
    to: 'old@desk.test',
    subject: 'Quoting',
    date: 'Fri, 01 Mar 2019 09:00:00 +0000',
    text: 'Hello,\n\n>From the start it was late.\n>>From Ivana: two signs were one.\n',
  })
  await writeFile(join(at, 'archive.mbox'), mboxOf([...plain, quoting]))
  await writeFile(join(at, 'maildir/cur/1714557600.M1.host:2,S'), question)
  await writeFile(join(at, 'maildir/cur/1714644000.M2.host:2,RS'), answer)
  await writeFile(join(at, 'maildir/cur/1714644001.M3.host:2,ST'), rawMail({ subject: 'thrown away' }))
  await writeFile(join(at, 'maildir/cur/1714644002.M4.host:2,D'), rawMail({ subject: 'a draft' }))
  await writeFile(
    join(at, 'single/one.eml'),
    rawMail({ to: 'old@desk.test', subject: 'One', date: dateOf(300) }),
  )
  await writeFile(
    join(at, 'single/deeper/two.eml'),
    rawMail({
      to: 'old@desk.test',
      subject: 'Re: One',
      references: ['plain-3@customer.test'],
      date: dateOf(301),
    }),
  )
  await writeFile(join(at, 'single/broken.eml'), Buffer.from([0, 1, 2, 3, 255]))
  await writeFile(join(at, 'single/notes.txt'), 'no mail at all')
}

function mboxOf(mails: readonly Buffer[]): Buffer {
  const separator = Buffer.from('From c@customer.test Wed May  1 09:00:00 2024\n')
  return Buffer.concat(
    mails.flatMap(mail => [
      separator,
      Buffer.from(mail.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
      Buffer.from('\n'),
    ]),
  )
}

function dateOf(n: number): string {
  return new Date(Date.UTC(2024, 4, 1, 9, n)).toUTCString().replace('GMT', '+0000')
}
