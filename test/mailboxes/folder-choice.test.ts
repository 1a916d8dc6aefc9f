import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getHealth } from '../../src/shared/health.ts'
import { getMailbox, listMailFolders, type MailFolder } from '../../src/shared/mailboxes.ts'
import { getTicket, updateTicket } from '../../src/shared/tickets.ts'
import type { ApiRefusal } from '../support/api.ts'
import { startGmail } from '../support/gmail-imap.ts'
import { rawMail } from '../support/mails.ts'
import { waitUntil } from '../support/wait-until.ts'
import { type FoldersDesk, startFoldersDesk } from './folders-desk.ts'

let desk: FoldersDesk

beforeAll(async () => {
  desk = await startFoldersDesk()
})

afterAll(async () => {
  await desk.stop()
})

const gist = (folders: readonly MailFolder[]) =>
  folders.map(({ path, role, isWatched }) => `${path} ${role} ${isWatched ? 'on' : 'off'}`)

test('an admin chooses folders from what the server has: Junk opens tickets in Spam, and one mail is one ticket', async () => {
  const to = 'choice@desk.test'
  await desk.dovecot.createFolder(to, 'Orders')
  const old = { internalDate: new Date(Date.now() - 86_400_000) } // a mail of this second may count as new
  await desk.dovecot.append(to, 'Orders', rawMail({ to, subject: 'Old order' }), old)
  const id = await desk.connected(to)
  await desk.database.pool.query('update mailbox set acknowledges = true where id = $1', [id])
  const before = (await desk.admin.call(listMailFolders, { params: { id } })).data

  const after = (await desk.choose(id, ['INBOX', 'Sent', 'Junk', 'Orders'])).data
  const spam = rawMail({ to, subject: 'You have won', messageId: 'won@customer.test' })
  await desk.dovecot.append(to, 'Junk', spam)
  const junked = await desk.ticketLike('You have won', () => true, 'spam')
  await desk.dovecot.append(to, 'INBOX', spam)
  const rescued = await desk.ticketLike('You have won', ticket => ticket.state === 'open')
  await desk.dovecot.append(to, 'Orders', rawMail({ to, subject: 'New order' }))
  await desk.ticketLike('New order')

  expect(gist(before)).toEqual([
    'INBOX inbox on',
    'Sent sent on',
    'Junk junk off',
    'Archive archive off',
    'Orders other off',
  ])
  expect(before.find(({ path }) => path === 'Orders')?.mails).toBe(1)
  expect(gist(after).filter(one => one.endsWith('on'))).toHaveLength(4)
  expect(junked).toMatchObject({ state: 'spam' })
  expect(rescued.number).toBe(junked.number)
  expect(await desk.settled(id, 3)).toEqual(['Junk filed', 'INBOX same', 'Orders filed'])
  const { rows } = await desk.database.pool.query(
    `select count(*)::int as jobs from graphile_worker.jobs where task_identifier = 'acknowledge_ticket'`,
  )
  expect(rows[0].jobs).toBe(1)
})

test('mail that is moved into Junk before it is filed is spam from the beginning, and after it while nobody has done anything', async () => {
  const to = 'junked@desk.test'
  const id = await desk.connected(to)
  await desk.database.pool.query('update mailbox set acknowledges = true where id = $1', [id])
  await desk.choose(id, ['INBOX', 'Junk'])
  const mail = (subject: string) => rawMail({ to, subject, messageId: `${subject}@customer.test` })
  const append = async (subject: string) => await desk.dovecot.append(to, 'INBOX', mail(subject))
  const stored = async (count: number) =>
    await waitUntil(
      'it is in the ledger',
      async () => (await desk.outcomes(id)).length === count || undefined,
    )
  const acknowledgements = async (): Promise<number> => {
    const { rows } = await desk.database.pool.query(
      `select count(*)::int as jobs from graphile_worker.jobs where task_identifier = 'acknowledge_ticket'`,
    )
    return rows[0].jobs
  }
  const acknowledgedBefore = await acknowledgements()
  const junk = async (uid: number, count: number) => {
    await desk.dovecot.move(to, 'INBOX', [uid], 'Junk')
    await stored(count)
  }

  await desk.beforeFiling(async () => {
    await append('before')
    await stored(1)
    await junk(1, 2)
  })
  const before = await desk.ticketLike('before', () => true, 'spam')
  await append('after')
  const open = await desk.ticketLike('after')
  await junk(2, 4)
  const after = await desk.ticketLike('after', ticket => ticket.state === 'spam', 'spam')
  await append('worked')
  const { number } = await desk.ticketLike('worked')
  await desk.admin.call(updateTicket, { params: { number }, body: { assigneeId: desk.admin.agentId } })
  await junk(3, 6)
  await append('twice')
  const twice = await desk.ticketLike('twice')
  // Come at another moment: of two copies of one mail one may be taken for spam and the other be read.
  const atAnother = { internalDate: new Date(Date.now() + 60_000) }
  await desk.dovecot.append(to, 'Junk', mail('twice'), atAnother)
  const outcomes = await desk.settled(id, 8)

  expect(before.events.filter(({ kind }) => kind === 'state_changed')).toEqual([])
  expect(after.number).toBe(open.number)
  expect(outcomes).toEqual(Array(4).fill(['INBOX filed', 'Junk same']).flat())
  for (const one of [number, twice.number])
    expect(await desk.admin.call(getTicket, { params: { number: one } })).toMatchObject({ state: 'open' })
  expect((await acknowledgements()) - acknowledgedBefore).toBe(3)
})

test('a folder that was renamed is followed, one that is gone is told, and wrong choices are refused', async () => {
  const to = 'moved@desk.test'
  await desk.dovecot.createFolder(to, 'Shop')
  const id = await desk.connected(to)
  const refusal = (paths: string[]) => desk.choose(id, paths).catch((fault: ApiRefusal) => fault.problem.code)
  const refused = [await refusal([]), await refusal(['Nowhere'])]
  await desk.choose(id, ['INBOX', 'Shop'])
  await desk.dovecot.append(to, 'Shop', rawMail({ to, subject: 'First' }))
  await desk.ticketLike('First')

  const maildir = desk.dovecot.mailDir(to)
  await rename(join(maildir, '.Shop'), join(maildir, '.Store'))
  await desk.choose(id, ['INBOX', 'Shop']) // the watcher asks anew
  await desk.dovecot.append(to, 'Store', rawMail({ to, subject: 'Second' }))
  await desk.ticketLike('Second')
  const renamed = await desk.settled(id, 2)
  await rename(join(maildir, '.Store'), join(desk.dovecot.dir, 'gone'))
  await desk.dovecot.restart()
  const gone = await waitUntil(
    'the folder is told to be gone',
    async () => {
      const { problem } = await desk.admin.call(getMailbox, { params: { id } })
      return problem?.code === 'folder-gone' || undefined
    },
    { withinMs: 20_000 },
  )

  expect(refused).toEqual(['no-folder', 'unknown-folder'])
  expect(renamed).toEqual(['Store filed', 'Store filed'])
  expect(gone).toBe(true)
  expect(gist((await desk.admin.call(listMailFolders, { params: { id } })).data)).toContain('Store other on')
})

test('F21: a folder with letters of any alphabet is watched like any; one that lets nobody in is told, and keeps nobody from the others', async () => {
  const to = 'letters@desk.test'
  await desk.dovecot.createFolder(to, '&BB8EPgRABEoERwQ6BDg-') // Поръчки in modified UTF-7 (RFC 3501 §5.1.3)
  const id = await desk.connected(to)
  await desk.choose(id, ['INBOX', 'Поръчки'])
  const gmail = await startGmail(desk.certificates.server, ['Closed', 'Open'])
  const labelled = await desk.connected('labels@gmail.test', { imapsPort: gmail.port })
  await desk.choose(labelled, ['INBOX', 'Closed', 'Open'])
  const problemOf = async (code: string | undefined) => {
    const { problem } = await desk.admin.call(getMailbox, { params: { id: labelled } })
    return problem?.code === code || undefined
  }

  await desk.dovecot.append(to, '&BB8EPgRABEoERwQ6BDg-', rawMail({ to, subject: 'Поръчка' }))
  await desk.ticketLike('Поръчка')
  gmail.closed.add('Closed')
  gmail.deliver(rawMail({ subject: 'Behind a door' }), ['Closed'])
  gmail.deliver(rawMail({ subject: 'In the open' }), ['Open'])
  gmail.deliver(rawMail({ subject: 'In the inbox' }), ['\\Inbox'])
  await desk.ticketLike('In the open')
  await desk.ticketLike('In the inbox')
  await waitUntil('it is told', () => problemOf('folder-gone'), { withinMs: 20_000 })
  gmail.closed.clear()
  await desk.ticketLike('Behind a door')
  await waitUntil('it is over', () => problemOf(undefined), { withinMs: 20_000 })

  expect((await desk.outcomes(labelled)).toSorted()).toEqual(['Closed filed', 'INBOX filed', 'Open filed'])
  await gmail.close()
})

test('F21: a first folder that lets nobody in is told with its cause, leaves the others alone, and is listened to again by itself', async () => {
  const gmail = await startGmail(desk.certificates.server, ['Open'])
  gmail.closed.add('INBOX')
  const id = await desk.connected('first@gmail.test', { imapsPort: gmail.port })
  await desk.choose(id, ['INBOX', 'Open'])
  const unread = async (count: number) =>
    await waitUntil(
      `${count} folders that cannot be read`,
      async () => {
        const { mailboxes } = await desk.admin.call(getHealth)
        const { unreadFolders } = mailboxes.find(mailbox => mailbox.id === id) ?? {}
        return unreadFolders?.length === count ? unreadFolders : undefined
      },
      { withinMs: 20_000 },
    )

  gmail.deliver(rawMail({ subject: 'Behind the first door' }), ['\\Inbox'])
  gmail.deliver(rawMail({ subject: 'Beside it' }), ['Open'])
  await desk.ticketLike('Beside it')
  const shut = await unread(1)
  const { problem } = await desk.admin.call(getMailbox, { params: { id } })
  const listed = (await desk.admin.call(listMailFolders, { params: { id } })).data
  gmail.closed.clear()
  await desk.ticketLike('Behind the first door')
  await unread(0)
  gmail.closed.add('INBOX')
  gmail.deliver(rawMail({ subject: 'Beside it again' }), ['Open'])
  await desk.ticketLike('Beside it again')
  await unread(1)

  const words = 'Access denied'
  expect(shut).toMatchObject([{ path: 'INBOX', code: 'server-said-no', detail: words }])
  expect(problem).toMatchObject({ code: 'folder-gone', detail: words })
  expect(listed.find(({ path }) => path === 'INBOX')).toMatchObject({ isWatched: true, goneDetail: words })
  expect(listed.find(({ path }) => path === 'Open')?.goneSince).toBeNull()
  await gmail.close()
})
