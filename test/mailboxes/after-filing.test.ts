import { afterAll, beforeAll, expect, test } from 'vitest'
import { listMailboxHealth } from '../../src/health/mailbox-health.ts'
import { chooseMailFolders, getMailbox, listMailFolders, setAfterFiling } from '../../src/shared/mailboxes.ts'
import type { ApiRefusal } from '../support/api.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { rawMail } from '../support/mails.ts'
import { openRawImap } from '../support/raw-imap.ts'
import { waitUntil } from '../support/wait-until.ts'
import { type FoldersDesk, startFoldersDesk } from './folders-desk.ts'

let desk: FoldersDesk

beforeAll(async () => {
  desk = await startFoldersDesk()
})

afterAll(async () => {
  await desk.stop()
})

const wish = (id: number, body: { marksRead: boolean; movesTo: string | null }) =>
  desk.admin.call(setAfterFiling, { params: { id }, body })

/** What lies in a folder, as `Subject` or `Subject read`. */
const lies = async (to: string, folder: string, dovecot: Dovecot = desk.dovecot) =>
  (await dovecot.readFolder(to, folder)).map(({ raw, flags }) => {
    const subject = /^Subject: (.*)\r$/m.exec(raw.toString())?.[1]
    return `${subject}${flags.includes('\\Seen') ? ' read' : ''}`
  })

const eventually = (to: string, folder: string, wanted: string[], dovecot: Dovecot = desk.dovecot) =>
  waitUntil(
    `${folder} holds ${wanted.join(', ')}`,
    async () => {
      const found = await lies(to, folder, dovecot)
      return (found.length === wanted.length && wanted.every((one, at) => found[at] === one)) || undefined
    },
    { withinMs: 20_000 },
  )

/** What somebody does in a mail program */
const asPerson = async (user: string, ...commands: string[]) => {
  const access = { host: desk.dovecot.host, port: desk.dovecot.imapsPort, ca: desk.dovecot.ca }
  const imap = await openRawImap({ ...access, user, password: 'secret' })
  for (const command of commands) await imap.command(command)
  imap.close()
}

const problemOf = async (id: number) =>
  (await desk.admin.call(getMailbox, { params: { id } })).problem?.code ?? null

const toldOf = (id: number, code: string) =>
  waitUntil(`${code} is told`, async () => (await problemOf(id)) === code || undefined, { withinMs: 20_000 })

const waiting = async (id: number) => {
  const { rows } = await desk.database.pool.query(
    'select count(*)::int as count from after_filing where mailbox_id = $1',
    [id],
  )
  return rows[0].count as number
}

test('what comes from now on is read and archived once it is filed; all else stays as it was', async () => {
  const to = 'tidy@desk.test'
  const old = { internalDate: new Date(Date.now() - 86_400_000) }
  await desk.dovecot.append(to, 'INBOX', rawMail({ to, subject: 'Old' }), old)
  const id = await desk.connected(to, { startDays: 3 })
  await desk.ticketLike('Old')
  await desk.dovecot.deliver(rawMail({ to, subject: 'Before' }), [to])
  await desk.ticketLike('Before')
  await desk.admin.call(chooseMailFolders, {
    params: { id },
    body: { paths: ['INBOX', 'Sent', 'Junk', 'Archive'] },
  })
  const { afterFiling } = await wish(id, { marksRead: true, movesTo: 'Archive' })

  const mail = rawMail({ to, subject: 'New' })
  await desk.dovecot.append(to, 'Junk', rawMail({ to, subject: 'Junk' }))
  await desk.dovecot.append(to, 'Sent', rawMail({ to, subject: 'Sent', from: to }))
  await desk.dovecot.deliver(mail, [to])
  await eventually(to, 'Archive', ['New read'])
  const settled = await waitUntil('it is known there', async () => {
    const all = await desk.outcomes(id)
    return (all.includes('Archive same') && all.every(one => !one.endsWith('stored')) && all) || undefined
  })
  // Somebody takes it out again; what comes after is looked after in a later round.
  await asPerson(to, 'SELECT Archive', 'UID STORE 1 -FLAGS (\\Seen)', 'UID MOVE 1 INBOX')
  await desk.dovecot.deliver(rawMail({ to, subject: 'Later' }), [to])
  await eventually(to, 'Archive', ['Later read'])
  await waitUntil('nothing waits', async () => (await waiting(id)) === 0 || undefined)

  expect(afterFiling).toEqual({ marksRead: true, movesTo: 'Archive' })
  expect(settled.toSorted()).toEqual(
    [
      ...['INBOX filed', 'INBOX filed', 'INBOX filed'],
      'Archive same',
      'Junk filed',
      'Sent ignored',
    ].toSorted(),
  )
  expect(await lies(to, 'INBOX')).toEqual(['Old', 'Before', 'New'])
  expect(await lies(to, 'Junk')).toEqual(['Junk'])
  expect(await lies(to, 'Sent')).toEqual(['Sent'])
  const health = (await listMailboxHealth(desk.ground.db)).find(one => one.id === id)
  expect(health).toMatchObject({ troubles: [], missingCount: 0 })
  expect(await problemOf(id)).toBeNull()
})

test('what was filed is looked after when it is, and not a round later', async () => {
  const to = 'soon@desk.test'
  const patient = await startFoldersDesk({ idleMs: 600_000 })
  try {
    const id = await patient.connected(to)
    await patient.admin.call(setAfterFiling, {
      params: { id },
      body: { marksRead: true, movesTo: 'Archive' },
    })

    await patient.dovecot.deliver(rawMail({ to, subject: 'One' }), [to])
    await eventually(to, 'Archive', ['One read'], patient.dovecot)
    await patient.dovecot.deliver(rawMail({ to, subject: 'Two' }), [to])
    await eventually(to, 'Archive', ['One read', 'Two read'], patient.dovecot)

    expect(await lies(to, 'INBOX', patient.dovecot)).toEqual([])
  } finally {
    await patient.stop()
  }
})

test('a folder that is gone is told, and what broke off in the middle is done again once it can be', async () => {
  const to = 'again@desk.test'
  const { pool } = desk.database
  await desk.dovecot.createFolder(to, 'Done')
  const id = await desk.connected(to)
  await wish(id, { marksRead: false, movesTo: 'Done' })
  const refusal = await wish(id, { marksRead: false, movesTo: 'Trash' }).catch((fault: ApiRefusal) => fault)
  // Not to be written down that it is moved: as if the node were killed between the two.
  await pool.query(`
    create function cut_off() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$;
    create trigger cut_off before delete on after_filing for each row execute function cut_off()`)
  await desk.dovecot.deliver(rawMail({ to, subject: 'One' }), [to])
  await eventually(to, 'Done', ['One'])
  await pool.query('drop trigger cut_off on after_filing')
  await waitUntil('the first is settled', async () => (await waiting(id)) === 0 || undefined)

  await asPerson(to, 'RENAME Done Hidden')
  await desk.dovecot.deliver(rawMail({ to, subject: 'Two' }), [to])
  const told = await waitUntil(
    'the folder is told to be gone',
    async () => ((await problemOf(id)) === 'after-folder-gone' ? 'told' : undefined),
    { withinMs: 20_000 },
  )
  const meanwhile = await lies(to, 'INBOX')
  await asPerson(to, 'RENAME Hidden Done')
  await eventually(to, 'Done', ['One', 'Two'])
  await waitUntil('it is well again', async () => ((await problemOf(id)) === null ? true : undefined))

  expect((refusal as ApiRefusal).problem.code).toBe('unknown-folder')
  expect(told).toBe('told')
  expect(meanwhile).toEqual(['Two'])
  expect(await lies(to, 'INBOX')).toEqual([])
})

test('without MOVE a mail is copied and removed alone, once; without UIDPLUS none is moved', async () => {
  const to = 'plain@desk.test'
  const { certificates } = desk
  const [copying, plain] = await Promise.all([
    startDovecot({ certificates, capabilities: 'IMAP4rev1 IDLE SPECIAL-USE UIDPLUS' }),
    startDovecot({ certificates, capabilities: 'IMAP4rev1 IDLE SPECIAL-USE' }),
  ])
  try {
    const id = await desk.connected(to, { imapsPort: copying.imapsPort })
    await wish(id, { marksRead: false, movesTo: 'Archive' })
    await copying.append(to, 'INBOX', rawMail({ to, subject: 'Marked' }), {
      flags: ['\\Deleted'],
      internalDate: new Date(Date.now() - 86_400_000),
    })
    await copying.deliver(rawMail({ to, subject: 'Copied' }), [to])
    await eventually(to, 'Archive', ['Copied'], copying)
    await eventually(to, 'INBOX', ['Marked'], copying)

    // A node is killed after the copy, before it is removed from where it lay: nothing is written from the note on.
    const { pool } = desk.database
    await pool.query(
      `create trigger cut_off before update on after_filing for each row
       when (current_setting('test.hand', true) is distinct from 'ours') execute function cut_off()`,
    )
    await copying.deliver(rawMail({ to, subject: 'Twice' }), [to])
    await desk.ticketLike('Twice')
    const killed = await openRawImap({
      host: copying.host,
      port: copying.imapsPort,
      ca: copying.ca,
      user: to,
      password: 'secret',
    })
    const said = (await killed.command('STATUS Archive (UIDVALIDITY UIDNEXT)'))
      .map(({ text }) => text)
      .join(' ')
    const validity = Number(/UIDVALIDITY (\d+)/.exec(said)?.[1])
    const next = Number(/UIDNEXT (\d+)/.exec(said)?.[1])
    const uid = (await copying.readFolder(to)).at(-1)?.uid
    await killed.command('EXAMINE INBOX')
    await killed.command(`UID COPY ${uid} Archive`)
    killed.close()
    // It stays cut off: a round that began before the note may not write after it.
    await pool.query(`
      begin; set local test.hand = 'ours';
      update after_filing set copied_validity = ${validity}, copied_from_uid = ${next} where mailbox_id = ${id};
      commit`)
    await eventually(to, 'INBOX', ['Marked'], copying)
    await pool.query('drop trigger cut_off on after_filing')

    const plainId = await desk.connected('bare@desk.test', { imapsPort: plain.imapsPort })
    const refusal = await wish(plainId, { marksRead: true, movesTo: 'Archive' }).catch(
      (fault: ApiRefusal) => fault,
    )
    const { moveTargets } = await desk.admin.call(listMailFolders, { params: { id: plainId } })
    await wish(plainId, { marksRead: true, movesTo: null })
    await plain.deliver(rawMail({ to: 'bare@desk.test', subject: 'Bare' }), ['bare@desk.test'])
    await eventually('bare@desk.test', 'INBOX', ['Bare read'], plain)

    // As if it could move mail when that was wished.
    await pool.query("update mailbox set after_moves_to = 'Archive' where id = $1", [plainId])
    desk.bells.ring('mailboxes')
    await plain.deliver(rawMail({ to: 'bare@desk.test', subject: 'Held' }), ['bare@desk.test'])
    await toldOf(plainId, 'after-cannot-move')

    expect(await lies(to, 'Archive', copying)).toEqual(['Copied', 'Twice'])
    expect(await waiting(id)).toBe(0)
    expect((refusal as ApiRefusal).problem.code).toBe('cannot-move-mail')
    expect(moveTargets).toBeNull()
  } finally {
    await copying.stop()
    await plain.stop()
  }
})

test('a server that has no room for a copy is told to refuse, and the mail stays where it is', async () => {
  const to = 'full@desk.test'
  const full = await startDovecot({
    certificates: desk.certificates,
    quotaMb: 1,
    capabilities: 'IMAP4rev1 IDLE SPECIAL-USE UIDPLUS',
  })
  try {
    const id = await desk.connected(to, { imapsPort: full.imapsPort })
    await wish(id, { marksRead: false, movesTo: 'Archive' })

    await full.deliver(rawMail({ to, subject: 'Large', text: 'x'.repeat(70).concat('\n').repeat(9_000) }), [
      to,
    ])
    await toldOf(id, 'after-refused')

    expect(await lies(to, 'INBOX', full)).toEqual(['Large'])
    expect(await lies(to, 'Archive', full)).toEqual([])
  } finally {
    await full.stop()
  }
})
