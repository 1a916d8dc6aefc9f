/** A fault of mail servers, the network or clocks, what may become of it at most, and the tests that prove that. */
export type Fault = { id: string; fault: string; bound: string; proofs: readonly Proof[] }

/** A test: its file below `test/`, and how its title begins. */
export type Proof = { file: string; title: string }

const sync = (title: string): Proof => ({ file: 'inbound/sync.test.ts', title })
const faulty = (title: string): Proof => ({ file: 'inbound/faulty-server.test.ts', title })
const rude: Proof = {
  file: 'inbound/rude-servers.test.ts',
  title: 'what a server does wrong is shown in time',
}
const gmail = (title: string): Proof => ({ file: 'inbound/gmail.test.ts', title })
const renumbered = (title: string): Proof => ({ file: 'inbound/renumbered.test.ts', title })
const folders = (title: string): Proof => ({ file: 'mailboxes/folder-choice.test.ts', title })
const connection = (title: string): Proof => ({ file: 'mailboxes/imap-connection.test.ts', title })
const oauth = (title: string): Proof => ({ file: 'mailboxes/oauth.test.ts', title })

/** The faults between a mail server and the ledger, in the order of the catalogue. */
export const FAULTS: readonly Fault[] = [
  {
    id: 'F05',
    fault: 'connection cut after any byte',
    bound: 'each mail once, none half (1,000 places)',
    proofs: [faulty('F05'), sync('a connection cut again and again')],
  },
  {
    id: 'F06',
    fault: 'server stalls inside a literal',
    bound: 'given up within 60 s, other mailboxes go on',
    proofs: [rude],
  },
  {
    id: 'F07',
    fault: 'IDLE silently dead',
    bound: 'new mail is there within 60 s',
    proofs: [sync('a dead connection is noticed'), sync('the silence of one IDLE')],
  },
  {
    id: 'F07',
    fault: 'a server that is away again and again, for 24 hours',
    bound: 'each mail once, one alert for the outage of 3 hours alone',
    proofs: [{ file: 'flapping/flapping.test.ts', title: 'a day of a flapping server' }],
  },
  {
    id: 'F08',
    fault: 'no greeting, one byte a second, sign-in never answered',
    bound: 'given up within 25 s',
    proofs: [rude],
  },
  {
    id: 'F09',
    fault: 'literal of 5 GB, line without end, answers without end',
    bound: 'given up within 60 s, memory bounded',
    proofs: [rude, faulty('a mail announced with five gigabytes')],
  },
  {
    id: 'F10',
    fault: 'mail over our limit',
    bound: 'in the ledger with its size, never asked for',
    proofs: [faulty('a mail larger than we take')],
  },
  {
    id: 'F11',
    fault: 'BAD or NO to EXAMINE, SEARCH, FETCH, IDLE; a wrong tag; BYE',
    bound: 'told within 60 s, mail comes once afterwards',
    proofs: [rude, { file: rude.file, title: 'a server that refuses IDLE' }],
  },
  {
    id: 'F12',
    fault: 'one answer nobody can parse inside a good batch',
    bound: 'fetched alone, else in quarantine',
    proofs: [sync('a mail nested so deep'), faulty('an answer nobody can read')],
  },
  {
    id: 'F13',
    fault: 'FETCH without UID, body NIL, flags nobody asked for',
    bound: 'never taken for a mail; quarantine until it is delivered',
    proofs: [faulty('what the server leaves out'), faulty('a mail that was not delivered')],
  },
  {
    id: 'F14',
    fault: 'mails taken away during the fetch',
    bound: 'accounted as gone, the others once',
    proofs: [sync('mails taken away by somebody else'), faulty('a mail shown by the search and then gone')],
  },
  {
    id: 'F15',
    fault: 'UIDVALIDITY changes',
    bound: '400 bytes a mail, nothing lost or doubled, new mail at once',
    proofs: [sync('a new UIDVALIDITY'), renumbered('F15')],
  },
  {
    id: 'F16',
    fault: 'server restored from a backup, UIDNEXT goes back',
    bound: 'noticed, as F15',
    proofs: [sync('a server restored from a backup'), renumbered('F16')],
  },
  {
    id: 'F17',
    fault: 'moved out and back, copied, labelled; one mail in INBOX, Sent and All Mail',
    bound: 'one message, each body fetched once',
    proofs: [
      gmail('F17'),
      gmail('All Mail with Spam'),
      gmail('what somebody does in Gmail'),
      gmail('EMAILID'),
      folders('an admin chooses folders'),
    ],
  },
  {
    id: 'F18',
    fault: 'one mail to two mailboxes',
    bound: 'one ticket in each, linked; nothing told across',
    proofs: [
      { file: 'journeys/twins.test.ts', title: 'a mail to both mailboxes' },
      { file: 'journeys/twins.test.ts', title: 'who does not see the lead' },
    ],
  },
  {
    id: 'F19',
    fault: 'Message-ID used again, or none at all',
    bound: 'the same mail once, another kept',
    proofs: [
      { file: 'journeys/same-mail.test.ts', title: 'another mail under the same Message-ID' },
      { file: 'journeys/same-mail.test.ts', title: 'the same bytes without a Message-ID' },
    ],
  },
  {
    id: 'F20',
    fault: 'flags set by a person before we look',
    bound: 'fetched like any other',
    proofs: [sync('from now')],
  },
  {
    id: 'F21',
    fault: 'folder renamed, deleted, without permission, read-only, in any alphabet',
    bound: 'told to admins; the other folders go on',
    proofs: [folders('F21'), folders('a folder that was renamed'), faulty('nothing that changes a mailbox')],
  },
  {
    id: 'F22',
    fault: 'first sync with half a million old mails',
    bound: 'new mail within 60 s; resumed after kill -9; 2,000 MB of old mail a day on Gmail',
    proofs: [gmail('F22'), { file: 'backfill/backfill.test.ts', title: 'old mail comes in whole' }],
  },
  {
    id: 'F23',
    fault: 'too many connections, LIMIT, UNAVAILABLE, throttling',
    bound: 'never called a wrong password',
    proofs: [
      connection('NO [LIMIT]'),
      connection('NO [UNAVAILABLE]'),
      connection('NO [ALERT] Too many simultaneous'),
    ],
  },
  {
    id: 'F24',
    fault: 'wrong password',
    bound: '3 tries in the first minute, then 5 min to 1 h apart; heals by itself',
    proofs: [faulty('a refused password is tried'), sync('a wrong password is shown')],
  },
  {
    id: 'F25',
    fault: 'access token ends in mid-session',
    bound: 'a fresh token, no mail lost, no alarm',
    proofs: [oauth('F25')],
  },
  {
    id: 'F26',
    fault: 'permission withdrawn; token endpoint 429, 500, hanging',
    bound: 'reconnect asked within 60 s; the rest is never called bad credentials',
    proofs: [oauth('F26')],
  },
  {
    id: 'F27',
    fault: 'two nodes renew one rotating token',
    bound: 'one at a time, no permission lost (1,000 races)',
    proofs: [oauth('F27')],
  },
  {
    id: 'F28',
    fault: 'clocks 10 min behind and 90 days ahead; dates of 1970 and 2099',
    bound: 'order of arrival; no lease lost or doubled',
    proofs: [{ file: 'inbound/clocks.test.ts', title: 'F28' }],
  },
]
