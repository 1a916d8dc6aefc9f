import type { Route } from '../../src/shared/define-route.ts'
import { search } from '../../src/shared/search.ts'
import { updateMe } from '../../src/shared/session.ts'
import { listTickets, sendReply, updateTicket, writeNote } from '../../src/shared/tickets.ts'
import { wordOfRank } from '../search/made-up-mail.ts'
import type { ApiClient, CallWith } from '../support/api.ts'
import { seededRandom } from '../support/mails.ts'
import { type PageTime, timeEach } from './measure-pages.ts'
import { seedOrderOf } from './seed-tickets.ts'
import { pick, WORD_STOCK } from './word-stock.ts'

/**
 * Times searches over HTTP: words of every rank, two at once, phrases, order numbers whole and in pieces, names. As
 * whoever asks; each query once, so that nothing is remembered of it.
 */
export async function measureSearches(
  agent: ApiClient,
  wish: { requests: number; tickets: number; seed: number },
): Promise<PageTime[]> {
  const random = seededRandom(wish.seed)
  const language = () => pick(['en', 'bg', 'ru', 'pl'] as const, random)
  const common = (from = language()) => pick(WORD_STOCK[from].words.split(' '), random)
  const rare = (from = language()) => wordOfRank(from, 200 + Math.floor(random() * 20_000))
  const order = () => seedOrderOf(1 + Math.floor(random() * wish.tickets))
  const kinds: Record<string, () => string> = {
    'a common word': common,
    'a rare word': rare,
    'a rare and a common word': () => `${rare('en')} ${common('en')}`,
    'a phrase': () => `"${common('en')} ${common('en')}"`,
    'an order number': order,
    'a piece of one': () => order().slice(4, 9),
    'a word of open tickets': () => `${common()} is:open`,
  }
  const times: PageTime[] = []
  for (const [page, make] of Object.entries(kinds)) {
    const ask = (q: string) => () => agent.call(search, { query: { q, limit: 50 } })
    await ask(make())()
    const spread = await timeEach(Array.from({ length: Math.ceil(wish.requests / 4) }, () => ask(make())))
    times.push({ page: `search: ${page}`, kind: 'search', ...spread })
  }
  return times
}

/**
 * Times what agents change over HTTP, one request after the other, each on another ticket: assign, note, reply. Nothing
 * is sent, as the seeded mailboxes are paused.
 */
export async function measureWrites(agent: ApiClient, wish: { requests: number }): Promise<PageTime[]> {
  const me = await agent.call(updateMe, { body: { undoSeconds: 10 } })
  const { data } = await agent.call(listTickets, { query: { queue: 'all', limit: 50 } })
  const numbers = data.map(row => row.number)
  const at = (n: number) => ({ number: numbers[n % numbers.length] ?? 0 })
  const each = (call: (n: number) => Promise<unknown>) =>
    Array.from({ length: wish.requests }, (_, n) => () => call(n))
  const send = <R extends Route>(route: R, given: CallWith<R>) => agent.call(route, given)
  const assign = (n: number) => {
    const isMine = Math.floor(n / numbers.length) % 2 === 0
    return send(updateTicket, { params: at(n), body: { assigneeId: isMine ? me.id : null } })
  }
  const note = (n: number) =>
    send(writeNote, { params: at(n), body: { text: `Asked the warehouse, they look at shelf ${n}.` } })
  const reply = (n: number) =>
    send(sendReply, {
      params: at(n),
      body: { text: 'Your parcel is on its way.\n', withHistory: true, to: [`ann.${n}@example.org`] },
    })
  const times: PageTime[] = []
  for (const [page, call] of Object.entries({ assign, note, reply })) {
    await call(0)
    times.push({ page: `write: ${page}`, kind: 'write', ...(await timeEach(each(call))) })
  }
  return times
}
