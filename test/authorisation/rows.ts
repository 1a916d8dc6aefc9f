import { API_BASE } from '../../src/shared/define-route.ts'
import {
  createOwner,
  getLink,
  getSetup,
  requestPasswordReset,
  signIn,
  useLink,
} from '../../src/shared/session.ts'
import { address } from './objects.ts'
import { type Row, row } from './row.ts'
import { adminRows, lastRow } from './rows-of-admins.ts'
import { messageRows } from './rows-of-messages.ts'
import { ownRows } from './rows-of-own-things.ts'
import { peopleRows } from './rows-of-people.ts'
import { ticketRows } from './rows-of-tickets.ts'

const token = 'a token that nobody was ever given'

/** The doors that need no session, and open nothing. */
const openRows: readonly Row[] = [
  row(getSetup, 'role', () => ({})),
  row(
    createOwner,
    'role',
    () => ({
      body: {
        name: 'Second',
        email: 'second@desk.test',
        password: 'a password of mine',
        language: 'en' as const,
        timeZone: 'Europe/Sofia',
      },
    }),
    { answers: 409 },
  ),
  row(signIn, 'role', () => ({ body: { email: 'owner@desk.test', password: 'not the password' } }), {
    answers: 401,
  }),
  row(requestPasswordReset, 'role', () => ({ body: { email: address() } })),
  row(getLink, 'role', () => ({ params: { token } }), { answers: 410 }),
  row(useLink, 'role', () => ({ params: { token }, body: { password: 'a password of mine' } }), {
    answers: 410,
  }),
]

/** The whole matrix: lists of what is one's own come before rows that make more of it, and the end of it all last. */
export const ROWS: readonly Row[] = [
  ...openRows,
  ...ticketRows,
  ...ownRows,
  ...messageRows,
  ...peopleRows,
  ...adminRows,
  lastRow,
]

/** How a route is called in the server's own list. */
export function nameOf({ route }: Pick<Row, 'route'>): string {
  return `${route.method} ${API_BASE}${route.path}`
}
