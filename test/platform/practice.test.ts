import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { connectPractice, dropPractice } from '../../src/practice/practice-mailbox.ts'
import { startGround } from '../support/ground.ts'

test('each first mail of the practice mailboxes comes in after their connecting, however slow the machine is', async () => {
  const ground = await startGround()
  const needs = { ...ground, clock: systemClock }

  await connectPractice(needs)

  const mails = await sql<{ isNew: boolean }>`
    select mail.received_at >= mailbox.created_at as "isNew"
    from mailbox join practice_folder folder using (address) join practice_mail mail on mail.folder_id = folder.id
    where folder.path = 'INBOX'`.execute(ground.db)
  const again = connectPractice(needs)
  await expect(again).rejects.toMatchObject({ code: 'practice-exists' })
  await dropPractice(needs)
  await expect(dropPractice(needs)).rejects.toMatchObject({ code: 'no-practice' })
  await ground.stop()
  expect(mails.rows).toEqual(Array.from({ length: 5 }, () => ({ isNew: true })))
})
