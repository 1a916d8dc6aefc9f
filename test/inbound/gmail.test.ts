import { afterAll, beforeAll, expect, test } from 'vitest'
import { OLD_MAIL_DAILY_BYTES } from '../../src/inbound/download-budget.ts'
import { getMailbox, setAfterFiling } from '../../src/shared/mailboxes.ts'
import { getOldMail } from '../../src/shared/old-mail.ts'
import { type Ticket, updateTicket } from '../../src/shared/tickets.ts'
import { type FoldersDesk, startFoldersDesk } from '../mailboxes/folders-desk.ts'
import type { ApiRefusal } from '../support/api.ts'
import { type GmailMail, type GmailServer, startGmail } from '../support/gmail-imap.ts'
import { type MailParts, rawMail } from '../support/mails.ts'
import { waitUntil } from '../support/wait-until.ts'

let desk: FoldersDesk

beforeAll(async () => {
  desk = await startFoldersDesk()
})

afterAll(async () => {
  await desk.stop()
})

const gist = (ticket: Ticket) =>
  ticket.messages.map(one => (one.isFromMailProgram ? `${one.direction} elsewhere` : one.direction))

/** Until the mailbox is watched with what was wished: what comes meanwhile may be fetched by the watcher before, and again. */
async function watchedAnew(gmail: GmailServer, wish: () => Promise<unknown>): Promise<void> {
  await waitUntil('it is watched', () => gmail.poller() > 0)
  const before = gmail.poller()
  await wish()
  await waitUntil('it is watched anew', () => gmail.poller() !== before, { withinMs: 20_000 })
}

/** Its labels, and whether it is read. */
const wordOf = ({ labels, isSeen }: GmailMail) => `${[...labels].sort().join(' ')}${isSeen ? ' read' : ''}`

test('F17: a label more or less, a move out and back and a copy to ourselves cost no download and make no message', {
  timeout: 120_000, // a dozen waits for one mail after the other
}, async () => {
  const gmail = await startGmail(desk.certificates.server, ['Orders'])
  const us = 'shop@gmail.test'
  const id = await desk.connected(us, { imapsPort: gmail.port })
  await watchedAnew(gmail, () => desk.choose(id, ['INBOX', '[Gmail]/Sent Mail', '[Gmail]/Spam', 'Orders']))
  const kettle = rawMail({ to: us, subject: 'Kettle', messageId: 'kettle@customer.test' })
  const prize = rawMail({ to: us, subject: 'A prize', messageId: 'prize@customer.test' })
  const answer = rawMail({
    from: `Shop <${us}>`,
    to: 'ann@customer.test',
    cc: us,
    subject: 'Re: Kettle',
    messageId: 'answer@gmail.test',
    inReplyTo: 'kettle@customer.test',
    text: 'It is on its way.',
  })
  const reminder = rawMail({ from: `Shop <${us}>`, to: us, subject: 'Order more kettles' })

  const inInbox = gmail.deliver(kettle, ['\\Inbox'])
  await desk.ticketLike('Kettle')
  gmail.relabel(inInbox, { add: 'Orders' })
  await desk.settled(id, 2, { withinMs: 20_000 })
  gmail.relabel(inInbox, { remove: '\\Inbox' })
  gmail.relabel(inInbox, { add: '\\Inbox' })
  await desk.settled(id, 3, { withinMs: 20_000 })
  const inSpam = gmail.deliver(prize, ['\\Spam'])
  await desk.ticketLike('A prize', ticket => ticket.state === 'spam', 'spam')
  gmail.relabel(inSpam, { add: '\\Inbox', remove: '\\Spam' })
  await desk.ticketLike('A prize', ticket => ticket.state === 'open')
  gmail.deliver(answer, ['\\Inbox', '\\Sent'])
  gmail.deliver(reminder, ['\\Inbox', '\\Sent'])
  gmail.deliver(rawMail({ to: us, subject: 'Half written' }), ['\\Inbox', '\\Draft'])
  const outcomes = await desk.settled(id, 10, { withinMs: 20_000 })

  expect(outcomes.slice(0, 5)).toEqual([
    'INBOX filed',
    'Orders same',
    'INBOX same',
    '[Gmail]/Spam filed',
    'INBOX same',
  ])
  // Which of the two folders is looked into first is chance; one label is enough to say what a mail is.
  const states = Map.groupBy(outcomes.slice(5), one => one.split(' ').at(-1))
  expect(Object.fromEntries([...states].map(([state, all]) => [state, all.length]))).toEqual({
    filed: 2,
    ignored: 1,
    same: 2,
  })
  expect(gist(await desk.ticketLike('Kettle'))).toEqual(['inbound', 'outbound elsewhere'])
  expect(gist(await desk.ticketLike('Order more kettles'))).toEqual(['inbound'])
  expect(gmail.bodyBytes()).toBe([kettle, prize, answer, reminder].reduce((sum, raw) => sum + raw.length, 0))
  await gmail.close()
})

test('All Mail with Spam: labels say what came, what was sent and what is no mail; with another folder it is refused', async () => {
  const gmail = await startGmail(desk.certificates.server)
  const us = 'all@gmail.test'
  const id = await desk.connected(us, { imapsPort: gmail.port })
  const refused = await desk
    .choose(id, ['INBOX', '[Gmail]/All Mail'])
    .catch((fault: ApiRefusal) => fault.problem.code)
  const sentBy = (parts: MailParts) => rawMail({ from: `Shop <${us}>`, to: 'ann@customer.test', ...parts })

  const folders = (await desk.choose(id, ['[Gmail]/All Mail', '[Gmail]/Spam'])).data
  gmail.deliver(rawMail({ to: us, subject: 'Teapot', messageId: 'teapot@customer.test' }), ['\\Inbox'])
  gmail.deliver(rawMail({ to: us, subject: 'Archived by a filter' }), ['Orders'])
  const inSpam = gmail.deliver(rawMail({ to: us, subject: 'Lottery' }), ['\\Spam'])
  await desk.ticketLike('Teapot')
  gmail.heard.length = 0 // it is in the folders chosen by now
  await desk.ticketLike('Archived by a filter')
  await desk.ticketLike('Lottery', ticket => ticket.state === 'spam', 'spam')
  gmail.deliver(sentBy({ subject: 'Re: Teapot', inReplyTo: 'teapot@customer.test' }), ['\\Sent'])
  gmail.deliver(sentBy({ subject: 'To a supplier' }), ['\\Sent'])
  gmail.deliver(sentBy({ subject: 'Not yet sent' }), ['\\Draft'])
  gmail.relabel(inSpam, { remove: '\\Spam', add: '\\Inbox' })
  const outcomes = await desk.settled(id, 7, { withinMs: 20_000 })

  expect(refused).toBe('all-mail-alone')
  expect(folders.map(({ path, role, isWatched }) => `${path} ${role} ${isWatched}`)).toEqual([
    'INBOX inbox false',
    '[Gmail]/Sent Mail sent false',
    '[Gmail]/Spam junk true',
    '[Gmail]/All Mail all true',
  ])
  expect(outcomes.toSorted()).toEqual([
    '[Gmail]/All Mail filed',
    '[Gmail]/All Mail filed',
    '[Gmail]/All Mail filed',
    '[Gmail]/All Mail ignored',
    '[Gmail]/All Mail ignored',
    '[Gmail]/All Mail same',
    '[Gmail]/Spam filed',
  ])
  expect(gist(await desk.ticketLike('Teapot'))).toEqual(['inbound', 'outbound elsewhere'])
  await desk.ticketLike('Lottery', ticket => ticket.state === 'open')
  expect(gmail.heard.filter(command => /^EXAMINE.*(INBOX|Sent)/.test(command))).toEqual([])
  await gmail.close()
})

test('what somebody does in Gmail with mail that is a ticket doubles and loses nothing: archived, labelled, deleted, marked as spam', async () => {
  const gmail = await startGmail(desk.certificates.server, ['Orders'])
  const us = 'hands@gmail.test'
  const id = await desk.connected(us, { imapsPort: gmail.port })
  await watchedAnew(gmail, () => desk.choose(id, ['INBOX', '[Gmail]/Sent Mail', '[Gmail]/Spam', 'Orders']))
  const come = async (subject: string) => {
    const mail = gmail.deliver(rawMail({ to: us, subject }), ['\\Inbox'])
    await desk.ticketLike(subject)
    return mail
  }
  const stateOf = async (subject: string, state: Ticket['state']) =>
    (await desk.ticketLike(subject, ticket => ticket.state === state, state === 'spam' ? 'spam' : 'all'))
      .number
  const archived = await come('Archived later')
  const deleted = await come('Deleted later')
  const scam = await come('A scam')
  const worked = await come('Worked on')
  const { number } = await desk.ticketLike('Worked on')
  await desk.admin.call(updateTicket, { params: { number }, body: { priority: 'high' } })
  const fetched = gmail.bodyBytes()

  gmail.relabel(archived, { remove: '\\Inbox' })
  gmail.relabel(deleted, { remove: '\\Inbox', add: '\\Trash' })
  gmail.relabel(worked, { remove: '\\Inbox', add: '\\Spam' })
  gmail.relabel(scam, { remove: '\\Inbox', add: '\\Spam' })
  const inSpam = await stateOf('A scam', 'spam')
  gmail.relabel(scam, { remove: '\\Spam', add: '\\Inbox' })
  const back = await stateOf('A scam', 'open')
  gmail.relabel(scam, { remove: '\\Inbox', add: '\\Spam' })
  const again = await stateOf('A scam', 'spam')
  gmail.relabel(archived, { add: 'Orders' })
  gmail.relabel(deleted, { remove: '\\Trash', add: '\\Inbox' })
  const outcomes = await desk.settled(id, 10, { withinMs: 20_000 })

  for (const subject of ['Archived later', 'Deleted later', 'Worked on']) await stateOf(subject, 'open')
  const { events } = await desk.ticketLike('A scam', () => true, 'spam')
  expect(
    events.flatMap(({ kind, data }) => (kind === 'state_changed' ? [`${data.to} ${data.by}`] : [])),
  ).toEqual(['spam mail-server', 'open mail-server', 'spam mail-server'])
  expect([back, again]).toEqual([inSpam, inSpam])
  expect(outcomes.toSorted()).toEqual([
    ...Array<string>(4).fill('INBOX filed'),
    ...Array<string>(2).fill('INBOX same'),
    'Orders same',
    ...Array<string>(3).fill('[Gmail]/Spam same'),
  ])
  expect(gmail.bodyBytes()).toBe(fetched)
  expect(gmail.heard.filter(command => /^(SELECT|UID (STORE|MOVE|COPY))/.test(command))).toEqual([])
  await gmail.close()
})

test('what was filed is read and archived by labels, in All Mail as in a folder; what was sent, spam and other labels are left alone', async () => {
  const gmail = await startGmail(desk.certificates.server, ['Orders', 'Done'])
  const us = 'tidy@gmail.test'
  const id = await desk.connected(us, { imapsPort: gmail.port })
  const choose = (...paths: string[]) => watchedAnew(gmail, () => desk.choose(id, paths))
  const wish = (body: { marksRead: boolean; movesTo: string | null }) =>
    watchedAnew(gmail, () => desk.admin.call(setAfterFiling, { params: { id }, body }))
  const deliver = (subject: string, labels: string[], from?: string) =>
    gmail.deliver(rawMail({ to: us, subject, ...(from !== undefined && { from }) }), labels)
  const eventually = (mail: GmailMail, wanted: string) =>
    waitUntil(`${wanted}, and not ${wordOf(mail)}`, () => wordOf(mail) === wanted || undefined, {
      withinMs: 20_000,
    })
  const all = '[Gmail]/All Mail'
  await choose(all, '[Gmail]/Spam')
  await wish({ marksRead: true, movesTo: all })

  const sent = deliver('To a supplier', ['\\Sent'], us)
  const spam = deliver('Lottery', ['\\Spam'])
  const filtered = deliver('Filtered', ['Orders'])
  const inAll = deliver('In All Mail', ['\\Inbox', 'Orders'])
  await eventually(inAll, 'Orders read')
  await eventually(filtered, 'Orders read')
  await wish({ marksRead: false, movesTo: 'Done' })
  const toLabel = deliver('To a label', ['\\Inbox'])
  await eventually(toLabel, 'Done')
  await choose('INBOX', 'Orders')
  const ofLabel = deliver('Of a label', ['Orders'])
  const ofBoth = deliver('Of both', ['\\Inbox', 'Orders'])
  await eventually(ofLabel, 'Done')
  await eventually(ofBoth, 'Done Orders')
  await wish({ marksRead: true, movesTo: all })
  const inBoth = deliver('In both', ['\\Inbox', 'Orders'])
  const inOne = deliver('In INBOX', ['\\Inbox'])
  await eventually(inBoth, 'Orders read')
  await eventually(inOne, ' read')

  expect([sent, spam].map(wordOf)).toEqual(['\\Sent', '\\Spam'])
  for (const subject of [
    'In All Mail',
    'Filtered',
    'To a label',
    'In both',
    'In INBOX',
    'Of a label',
    'Of both',
  ])
    expect(gist(await desk.ticketLike(subject))).toEqual(['inbound'])
  expect((await desk.admin.call(getMailbox, { params: { id } })).problem).toBeNull()
  await gmail.close()
})

test('EMAILID: a mail that is moved, copied or put back costs no download and makes no message, and a folder is known under any name', async () => {
  const server = await startGmail(desk.certificates.server, ['Orders'], { ids: 'objectid' })
  const us = 'ids@objectid.test'
  const id = await desk.connected(us, { imapsPort: server.port })
  await watchedAnew(server, () => desk.choose(id, ['INBOX', 'Orders']))
  const first = rawMail({ to: us, subject: 'Kettle by EMAILID' })
  const second = rawMail({ to: us, subject: 'In the renamed folder' })

  const mail = server.deliver(first, ['\\Inbox'])
  await desk.ticketLike('Kettle by EMAILID')
  server.relabel(mail, { add: 'Orders' })
  await desk.settled(id, 2, { withinMs: 20_000 })
  server.relabel(mail, { remove: '\\Inbox' })
  server.relabel(mail, { add: '\\Inbox' })
  await desk.settled(id, 3, { withinMs: 20_000 })
  server.rename('Orders', 'Commandes') // as it is about to be opened
  server.deliver(second, ['Orders'])
  await desk.ticketLike('In the renamed folder')

  const outcomes = ['INBOX filed', 'Commandes same', 'INBOX same', 'Commandes filed']
  await expect.poll(() => desk.outcomes(id), { timeout: 20_000 }).toEqual(outcomes)
  expect(server.heard.some(command => /^UID FETCH .*EMAILID/.test(command))).toBe(true)
  expect(server.heard.some(command => command.includes('X-GM'))).toBe(false)
  expect(server.bodyBytes()).toBe(first.length + second.length)
  expect(gist(await desk.ticketLike('Kettle by EMAILID'))).toEqual(['inbound'])
  await server.close()
})

test('F22: half a million old mails, 20,000 in a commit: a new one is a ticket within 60 s, and Gmail is asked for no more than its day allows', {
  timeout: 180_000,
}, async () => {
  const gmail = await startGmail(desk.certificates.server)
  const us = 'full@gmail.test'
  const receivedAt = new Date(Date.now() - 10 * 86_400_000)
  const old = (n: number) =>
    rawMail({ to: us, subject: `old ${String(n).padStart(6, '0')}`, messageId: `${n + 1e6}@old.test`, text })
  const text = `${'A long letter. '.repeat(7_000)}\r\n`
  const sizeBytes = old(0).length
  const count = process.env.PROVE === 'whole' ? 500_000 : 20_000
  gmail.fill(count, n => ({ raw: () => old(n), sizeBytes, receivedAt }))
  const spend = (bytes: number) =>
    desk.database.pool.query(
      `insert into mailbox_download select id, date_trunc('hour', clock_timestamp(), 'UTC'), $1 from mailbox where address = $2`,
      [bytes, us],
    )
  const progress = (id: number) => desk.admin.call(getOldMail, { params: { id } })

  const beganMs = performance.now()
  const id = await desk.connected(us, { imapsPort: gmail.port, startDays: 30 })
  await spend(OLD_MAIL_DAILY_BYTES - 20 * 1_048_576)
  gmail.deliver(rawMail({ to: us, subject: 'Just now' }), ['\\Inbox'])
  await desk.messageLike('Just now', { withinMs: 60_000 })
  const newMailMs = performance.now() - beganMs
  const halted = await waitUntil(
    'the day is spent',
    async () => {
      const now = await progress(id)
      return now.isLimited && now.settled === now.fetched ? now : undefined
    },
    { withinMs: 60_000 },
  )
  gmail.deliver(rawMail({ to: us, subject: 'On a spent day' }), ['\\Inbox'])
  await desk.messageLike('On a spent day', { withinMs: 60_000 })
  const bodyBytes = gmail.bodyBytes()
  await desk.database.pool.query(`update mailbox_download set hour_at = hour_at - interval '25 hours'`)
  await desk.choose(id, ['INBOX']) // the watcher looks anew, as it does each quarter of an hour
  await waitUntil('it goes on', () => gmail.bodyBytes() > bodyBytes || undefined, { withinMs: 30_000 })

  expect(newMailMs).toBeLessThan(60_000)
  expect(halted).toMatchObject({ isDone: false, isHeld: false })
  expect(halted.total - count).toBeLessThanOrEqual(1) // the new one may have come before the first look
  expect(halted.fetched).toBeGreaterThan(100)
  expect(bodyBytes).toBeLessThan(20 * 1_048_576)
  await gmail.close()
})
