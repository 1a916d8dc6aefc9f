import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Sync } from '../../src/inbound/run-sync.ts'
import { rawMail } from '../support/mails.ts'
import {
  type MailScript,
  type Manners,
  type ScriptedImap,
  startScriptedImap,
} from '../support/scripted-imap.ts'
import { sha256 } from '../support/sha256.ts'
import { eventuallyRows, type SyncDesk, startSyncDesk } from '../support/sync-desk.ts'
import { waitUntil } from '../support/wait-until.ts'

// What no real server does on request, all at once, each to a mailbox of its own in one process: what becomes of it,
// how soon it is seen, and that a mailbox beside it notices nothing.
type Rude = { name: string; manners?: Manners; fault?: MailScript['fault']; code: string; withinMs: number }

const RUDE: Rude[] = [
  { name: 'F06 stalls inside a literal', fault: 'stalls', code: 'connection-timeout', withinMs: 60_000 },
  { name: 'F08 never greets', manners: { greets: 'never' }, code: 'wrong-tls-mode', withinMs: 25_000 },
  {
    name: 'F08 greets a byte a second',
    manners: { greets: 'dripping' },
    code: 'wrong-tls-mode',
    withinMs: 25_000,
  },
  {
    name: 'F08 never answers the sign-in',
    manners: { ignores: /^(AUTHENTICATE|LOGIN|CAPABILITY)/i },
    code: 'connection-timeout',
    withinMs: 25_000,
  },
  {
    name: 'F09 sends a line without an end',
    manners: { babbles: { commands: /^UID SEARCH/i, as: 'line' } },
    code: 'answer-too-large',
    withinMs: 60_000,
  },
  {
    name: 'F09 sends lines without an end',
    manners: { babbles: { commands: /^UID SEARCH/i, as: 'lines' } },
    code: 'answer-too-large',
    withinMs: 60_000,
  },
  {
    name: 'F11 says NO to EXAMINE',
    manners: { refuses: { commands: /^EXAMINE/i, words: 'NO [SERVERBUG] Internal error' } },
    code: 'server-unavailable',
    withinMs: 20_000,
  },
  {
    name: 'F11 says BAD to SEARCH',
    manners: { refuses: { commands: /^UID SEARCH/i, words: 'BAD not known' } },
    code: 'server-said-no',
    withinMs: 20_000,
  },
  {
    name: 'F11 says NO to FETCH',
    manners: { refuses: { commands: /^UID FETCH/i, words: 'NO [UNAVAILABLE] try again later' } },
    code: 'server-unavailable',
    withinMs: 20_000,
  },
  {
    name: 'F11 answers under another tag',
    manners: { misaddresses: /^UID SEARCH/i },
    code: 'connection-timeout',
    withinMs: 60_000,
  },
  {
    name: 'F11 says BYE in the midst',
    manners: { leavesAt: /^UID FETCH .*BODY/i },
    code: 'connection-lost',
    withinMs: 20_000,
  },
]

let desk: SyncDesk
let sync: Sync
const scripts = new Map<string, { script: ScriptedImap; mailboxId: number }>()
let beganMs = 0
let goodId = 0
let rssBefore = 0

function scriptOf(name: string): { script: ScriptedImap; mailboxId: number } {
  const found = scripts.get(name)
  if (found === undefined) throw new Error(`no server ${name}`)
  return found
}

beforeAll(async () => {
  desk = await startSyncDesk()
  for (const [at, { name, manners, fault }] of RUDE.entries()) {
    const mail: MailScript = {
      raw: rawMail({ subject: name, text: 'x'.repeat(2_000) }),
      ...(fault && { fault }),
    }
    const script = await startScriptedImap(new Map([[1, mail]]), {
      ...(manners && { manners }),
      certificate: desk.certificates.server,
    })
    const mailboxId = await desk.addMailbox({
      address: `rude${at}@desk.test`,
      imapPort: script.port,
      startDays: 3650,
    })
    scripts.set(name, { script, mailboxId })
  }
  goodId = await desk.addMailbox({ address: 'good@desk.test' })
  rssBefore = process.memoryUsage().rss
  beganMs = performance.now()
  sync = await desk.startNode({ timing: { idleMs: 1_000, proofTimeoutMs: 5_000 } })
}, 60_000)

afterAll(async () => {
  await sync?.stop()
  for (const { script } of scripts.values()) await script.close()
  await desk?.close()
})

type Seen = { code: string | null; afterMs: number }

const codeOf = async (mailboxId: number): Promise<string | null> => {
  const found = await desk.database.pool.query('select state_code from mailbox where id = $1', [mailboxId])
  return found.rows[0]?.state_code ?? null
}

/** What is shown on the mailbox first, and after how long; from then on its server is well-mannered. */
async function watch({ name, withinMs }: Rude): Promise<Seen> {
  const { script, mailboxId } = scriptOf(name)
  const code = await waitUntil(
    `${name}: the fault is shown`,
    async () => (await codeOf(mailboxId)) ?? undefined,
    { withinMs: withinMs + 20_000 },
  )
  const afterMs = performance.now() - beganMs
  script.manners = {}
  script.mails.set(1, { raw: script.mails.get(1)?.raw ?? Buffer.alloc(0) })
  return { code, afterMs }
}

test('what a server does wrong is shown in time, and its mail comes once when it does right', {
  timeout: 120_000,
}, async () => {
  await desk.dovecot.deliver(rawMail({ subject: 'beside them' }), ['good@desk.test'])
  const beside = eventuallyRows(desk, goodId, 1)

  const seen = await Promise.all(RUDE.map(watch))

  expect(await beside).toHaveLength(1)
  expect(RUDE.map(({ name }, at) => [name, seen[at]?.code])).toEqual(
    RUDE.map(({ name, code }) => [name, code]),
  )
  expect(RUDE.filter(({ withinMs }, at) => (seen[at]?.afterMs ?? 0) > withinMs)).toEqual([])
  expect(process.memoryUsage().rss - rssBefore).toBeLessThan(150 * 1_048_576) // both sides are in this process
  for (const { name } of RUDE) {
    const { script, mailboxId } = scriptOf(name)
    const rows = await eventuallyRows(desk, mailboxId, 1)
    await waitUntil(
      `${name}: it is well again`,
      async () => (await codeOf(mailboxId)) === null || undefined,
      {
        withinMs: 30_000,
      },
    )
    expect(rows.map(row => [row.state, row.sha256])).toEqual([
      ['stored', sha256(script.mails.get(1)?.raw ?? Buffer.alloc(0))],
    ])
  }
})

test('a server that refuses IDLE is polled, no faster than one that has none', {
  timeout: 60_000,
}, async () => {
  const script = await startScriptedImap(new Map(), {
    manners: { capabilities: 'IMAP4rev1 IDLE', refuses: { commands: /^IDLE/i, words: 'BAD not now' } },
    certificate: desk.certificates.server,
  })
  const mailboxId = await desk.addMailbox({ address: 'idle@desk.test', imapPort: script.port })
  await waitUntil(
    'it has been polled',
    () => script.heard.filter(line => /^NOOP/i.test(line)).length >= 2 || undefined,
    {
      withinMs: 20_000,
    },
  )
  script.mails.set(9, { raw: rawMail({ subject: 'polled' }) })

  const rows = await eventuallyRows(desk, mailboxId, 1)

  expect(rows.map(row => [row.uid, row.state])).toEqual([[9, 'stored']])
  expect(script.heard.length).toBeLessThan(60)
  await script.close()
})

test('a server that tells of news without an end is asked four times a second at most', async () => {
  const script = await startScriptedImap(new Map([[3, { raw: rawMail({ subject: 'amid the noise' }) }]]), {
    manners: { fidgets: true },
    certificate: desk.certificates.server,
  })
  const mailboxId = await desk.addMailbox({
    address: 'fidget@desk.test',
    imapPort: script.port,
    startDays: 3650,
  })
  const rows = await eventuallyRows(desk, mailboxId, 1)
  const searches = () => script.heard.filter(line => /^UID SEARCH/i.test(line)).length
  const [before, beganMs] = [searches(), performance.now()]
  await waitUntil('ten more searches', () => searches() >= before + 10 || undefined, { withinMs: 20_000 })

  expect(rows.map(row => row.state)).toEqual(['stored'])
  expect(performance.now() - beganMs).toBeGreaterThan(1_000)
  await script.close()
})
