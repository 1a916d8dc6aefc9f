import { afterAll, beforeAll, expect, test } from 'vitest'
import { actOnTickets } from '../../src/shared/actions.ts'
import { listTickets } from '../../src/shared/tickets.ts'
import { eraseTickets } from '../../src/shared/trash.ts'
import { checkLedger } from '../ledger/check-ledger.ts'
import { type FoldersDesk, startFoldersDesk } from '../mailboxes/folders-desk.ts'
import { rawMail } from '../support/mails.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitUntil } from '../support/wait-until.ts'

let desk: FoldersDesk
let proxy: TcpProxy

beforeAll(async () => {
  desk = await startFoldersDesk()
  proxy = await startTcpProxy(desk.dovecot.imapsPort)
})

afterAll(async () => {
  await desk.stop()
  await proxy.close()
})

const text = `${'A long letter about a kettle. '.repeat(100)}\r\n` // 3 kB, so that a body would be seen in the bytes

const letters = (to: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    raw: rawMail({
      from: `c${n}@customer.test`,
      to,
      text,
      subject: `letter ${n}`,
      messageId: `letter-${n}@customer.test`,
    }),
    to: [to],
  }))

/** How many rows of a mailbox ended how, in each numbering: oldest first. */
const counted = async (mailboxId: number): Promise<Record<string, number>[]> => {
  const { rows } = await desk.database.pool.query<{ uid_validity: number; state: string; n: number }>(
    `select uid_validity, state, count(*)::integer as n from mail_instance where mailbox_id = $1
     group by 1, 2 order by min(id), 2`,
    [mailboxId],
  )
  const generations = Map.groupBy(rows, row => row.uid_validity)
  return [...generations.values()].map(of => Object.fromEntries(of.map(({ state, n }) => [state, n])))
}

const countMessages = async (mailboxId: number): Promise<number> => {
  const { rows } = await desk.database.pool.query<{ n: number }>(
    'select count(*)::integer as n from message join ticket on ticket.id = ticket_id where ticket.mailbox_id = $1',
    [mailboxId],
  )
  return rows[0]?.n ?? 0
}

const until = (mailboxId: number, what: string, fits: (found: Record<string, number>[]) => boolean) =>
  waitUntil(
    what,
    async () => {
      const found = await counted(mailboxId)
      return fits(found) ? found : undefined
    },
    { withinMs: 60_000, everyMs: 100 },
  )

test('F15: a new UIDVALIDITY costs 400 bytes a mail, doubles and loses none, and mail that comes meanwhile is filed at once', {
  timeout: 180_000,
}, async () => {
  const to = 'validity@desk.test'
  const id = await desk.connected(to, { imapsPort: proxy.port })
  const count = 300
  await desk.dovecot.deliverMany(letters(to, count))
  await until(id, 'all filed', ([first]) => first?.filed === count)
  // Nothing tells these two apart but their bytes, and this one has no Message-ID: they are fetched.
  const at = { internalDate: new Date(Date.now() - 60_000) }
  for (const word of ['one', 'two'])
    await desk.dovecot.append(to, 'INBOX', rawMail({ to, messageId: 'alike@customer.test', text: word }), at)
  await desk.dovecot.append(to, 'INBOX', rawMail({ to, messageId: null, subject: 'no id' }), at)
  await until(id, 'the others filed', ([first]) => first?.filed === count + 3)
  const bytesBefore = proxy.bytes()

  await desk.dovecot.setUidValidity(to, 'INBOX', 4_242)
  await desk.dovecot.deliver(rawMail({ to, subject: 'Meanwhile' }), [to])
  await desk.messageLike('Meanwhile')
  const after = await until(id, 'the folder matched', ([, second]) => second?.same === count + 3)
  const bytes = proxy.bytes() - bytesBefore

  expect(after).toEqual([{ filed: count + 3 }, { filed: 1, same: count + 3 }])
  expect(await countMessages(id)).toBe(count + 4)
  expect(bytes / count).toBeLessThan(400)
  const { rows } = await desk.database.pool.query(
    `select count(*)::integer as n from mail_instance r join mail_instance first on first.id = r.same_as_id
     where r.mailbox_id = $1 and r.uid_validity = 4242 and r.raw_blob_id is null
       and r.internet_message_id = first.internet_message_id and r.message_id = first.message_id and r.lane = 1`,
    [id],
  )
  expect(rows).toEqual([{ n: count }])
})

test('F16: numbers given out again after a restore, with other mail under them, lose and double none', async () => {
  const to = 'restored@desk.test'
  const id = await desk.connected(to, { imapsPort: proxy.port })
  await desk.dovecot.deliverMany(letters(to, 40))
  await until(id, 'all filed', ([first]) => first?.filed === 40)
  // As after a restore: the server gives out numbers that we have seen under another mail.
  await desk.database.pool.query('update folder set cursor_uid = 90 where mailbox_id = $1 and path = $2', [
    id,
    'INBOX',
  ])
  const bytesBefore = proxy.bytes()

  await desk.dovecot.kick(to)
  await desk.dovecot.deliver(rawMail({ to, subject: 'After the restore' }), [to])
  await desk.messageLike('After the restore')
  const after = await until(id, 'the folder matched', ([, second]) => second?.same === 40)

  expect(after).toEqual([{ filed: 40 }, { filed: 1, same: 40 }])
  expect(await countMessages(id)).toBe(41)
  expect(proxy.bytes() - bytesBefore).toBeLessThan(40 * 3_000)
})

test('the last days go by dates, wherever somebody copied older mail in between, and also when it is numbered anew', async () => {
  const to = 'dates@desk.test'
  const append = (daysAgo: number) =>
    desk.dovecot.append(
      to,
      'INBOX',
      rawMail({ to, subject: `of ${daysAgo}`, messageId: `d${daysAgo}@customer.test` }),
      {
        internalDate: new Date(Date.now() - daysAgo * 86_400_000),
      },
    )
  for (const daysAgo of [400, 6, 300, 5, 40]) await append(daysAgo)
  const id = await desk.connected(to, { startDays: 7 })
  await until(id, 'the last days are in', ([first]) => first?.filed === 2 && first.ignored === 2)

  await append(200) // copied after the mailbox was connected
  await until(id, 'the copied one is in', ([first]) => first?.filed === 3)
  await desk.dovecot.setUidValidity(to, 'INBOX', 4_711)
  const after = await until(
    id,
    'the folder matched',
    ([, second]) => second?.same === 3 && second.ignored === 2,
  )

  const { rows } = await desk.database.pool.query(
    `select distinct uid, state, reason, raw_blob_id from mail_instance where mailbox_id = $1 and state = 'ignored' order by uid`,
    [id],
  )
  expect(after).toEqual([
    { filed: 3, ignored: 2 },
    { ignored: 2, same: 3 },
  ])
  expect(rows).toEqual(
    [3, 5].map(uid => ({ uid, state: 'ignored', reason: 'before-start', raw_blob_id: null })),
  )
  expect(await countMessages(id)).toBe(3)
})

test('mail deleted for good leaves a ledger that balances, and does not come back under a new UIDVALIDITY', async () => {
  const to = 'erased@desk.test'
  const id = await desk.connected(to, { imapsPort: proxy.port })
  await desk.dovecot.deliverMany(letters(to, 3))
  // Of these two the server's facts are equal, and this one has no Message-ID: they are fetched again, and known by their keys.
  const at = { internalDate: new Date(Date.now() - 60_000) }
  for (const word of ['one', 'two'])
    await desk.dovecot.append(to, 'INBOX', rawMail({ to, messageId: 'twice@customer.test', text: word }), at)
  await desk.dovecot.append(to, 'INBOX', rawMail({ to, messageId: null, subject: 'erased, no id' }), at)
  await until(id, 'all filed', ([first]) => first?.filed === 6)
  const { data } = await desk.admin.call(listTickets, { query: { queue: 'all', mailboxId: id } })
  const numbers = data.map(({ number }) => number)
  await desk.admin.call(actOnTickets, { body: { numbers, change: { isDeleted: true } } })

  const { results } = await desk.admin.call(eraseTickets, { body: { numbers } })
  const check = await checkLedger(desk.admin, id, await desk.dovecot.readFolder(to))
  await desk.dovecot.setUidValidity(to, 'INBOX', 7_777)
  await desk.dovecot.deliver(rawMail({ to, subject: 'Afterwards' }), [to])
  const after = await until(
    id,
    'the folder matched',
    ([, second]) => second?.erased === 6 && second.filed === 1,
  )

  expect(results.every(({ code }) => code === null)).toBe(true)
  expect([check.breaches, [...check.outcomes]]).toEqual([[], [['erased', 6]]])
  expect(after).toEqual([{ erased: 6 }, { erased: 6, filed: 1 }])
  expect(await countMessages(id)).toBe(1)
  const { rows } = await desk.database.pool.query(
    `select count(*)::integer as n from mail_instance
     where mailbox_id = $1 and state = 'erased' and raw_blob_id is null and erasure_id is not null`,
    [id],
  )
  expect(rows).toEqual([{ n: 12 }])
})
