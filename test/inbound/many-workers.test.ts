import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { seededRandom, shuffled } from '../support/mails.ts'
import { makeThreads } from '../support/threads.ts'

// The whole proof (`npm run prove:threads`): 200 threads of 10 mails in 20 orders. Each run of the tests
// does a smaller one, of other orders when SEED says so.
const isWhole = process.env.PROVE === 'whole'
const seed = Number(process.env.SEED ?? 20_261_122)
const threads = isWhole ? 200 : 50
const orders = isWhole ? 20 : 3
const workers = 4

let desk: FilingDesk

beforeAll(async () => {
  desk = await startFilingDesk({ readers: 2 })
})

afterAll(() => desk.stop())

for (let order = 1; order <= orders; order++) {
  const lost = order % 3 // in two of three orders the threads' first mails never came
  test(`order ${order}: ${workers} workers file ${threads} threads of 10, ${lost} ancestors lost: one ticket each (seed ${seed})`, async () => {
    const random = seededRandom(seed + order)
    const mails = makeThreads({ prefix: `order-${order}`, threads, mails: 10, lost }, random)
    await desk.query('truncate ticket cascade')
    await desk.store(shuffled(mails, random))
    const parts = await Promise.all(Array.from({ length: workers }, () => desk.addWorker()))

    await Promise.all(parts.map(one => desk.fileAll(one)))

    expect(await countTickets()).toEqual([{ message_count: 10, tickets: threads }])
    expect(await countOutcomes()).toEqual([{ state: 'filed', mails: threads * 10 }])
  }, 120_000)
}

test('several mailboxes are filed side by side, and customers they share exist once', async () => {
  await desk.query('truncate ticket cascade')
  await desk.query('truncate customer cascade')
  const random = seededRandom(seed)
  const ids = await Promise.all(
    ['a', 'b', 'c'].map(name => desk.addMailbox({ address: `${name}@desk.test` })),
  )
  const arrivals = ids.flatMap(mailboxId =>
    makeThreads({ prefix: 'shared', threads: 20, mails: 5, lost: 0 }, random).map(raw => ({
      raw,
      mailboxId,
    })),
  )
  await desk.store(shuffled(arrivals, random))
  const parts = await Promise.all(Array.from({ length: workers }, () => desk.addWorker()))

  await Promise.all(parts.map(one => desk.fileAll(one)))

  expect(await countTickets()).toEqual([{ message_count: 5, tickets: 60 }])
  expect(await desk.query('select address from customer_address order by address')).toEqual([
    { address: 'ann@customer.test' },
    { address: 'bob@customer.test' },
  ])
  expect(await desk.query('select count(*) as n from customer')).toEqual([{ n: 2 }])
})

async function countTickets() {
  return await desk.query('select message_count, count(*) as tickets from ticket group by 1 order by 1')
}

async function countOutcomes() {
  return await desk.query('select state, count(*) as mails from mail_instance group by 1 order by 1')
}
