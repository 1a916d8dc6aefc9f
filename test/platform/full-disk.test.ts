import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { prepareEmbeddedPlace } from '../../src/db/embedded-place.ts'
import { socketUrl } from '../../src/db/socket-url.ts'
import { createLog } from '../../src/lib/log.ts'
import { findDraft, saveDraft } from '../../src/shared/drafts.ts'
import { getHealth } from '../../src/shared/health.ts'
import { updateMe } from '../../src/shared/session.ts'
import { createUpload, getTicket, sendReply } from '../../src/shared/tickets.ts'
import { makeSmallDisk } from '../prove/small-disk.ts'
import type { ApiClient } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import { openBrowser } from '../support/chromium.ts'
import { draftContent } from '../support/draft-content.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { practiceTickets } from '../support/practice-tickets.ts'
import { waitUntil } from '../support/wait-until.ts'

const noise = crypto.getRandomValues(new Uint8Array(60_000))
const file = new Uint8Array(1_200_000).map((_, at) => (noise[at % noise.length] ?? 0) ^ (at >> 13))
const words = Array.from(noise.subarray(0, 40_000), byte => byte.toString(36)).join(' ')

/** What an agent does who does not notice: a draft, a file and a reply, each as `status code`. */
async function tryAll(client: ApiClient, number: number): Promise<string[]> {
  const params = { number }
  const answers = [
    await client.fetch(saveDraft, { params, body: { content: draftContent(words), revision: 0 } }),
    await client.fetch(createUpload, { query: { filename: 'photo.bin' }, body: file }),
    await client.fetch(sendReply, {
      params,
      body: { text: 'Sent into a full disk' },
      headers: { 'idempotency-key': 'into-a-full-disk' },
    }),
  ]
  return await Promise.all(
    answers.map(
      async answer => `${answer.status} ${((await answer.json()) as { code?: string }).code ?? ''}`,
    ),
  )
}

async function readiness({ baseUrl }: Letterdesk): Promise<{ status: string; disk: string }> {
  return (await (await fetch(`${baseUrl}/readyz`)).json()) as { status: string; disk: string }
}

/** The sizes of the packs with anything in them. */
async function packSizes(dataDir: string): Promise<number[]> {
  const folder = join(dataDir, 'blobs/packs')
  const names = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('.pack'))
  return (await Promise.all(names.map(async name => (await stat(join(folder, name))).size))).sort()
}

/** What an admin reads first on the health page. */
async function healthInWords(baseUrl: string, admin: ApiClient): Promise<string> {
  const browser = await openBrowser()
  try {
    const page = await (await browser.newAgent(admin)).newPage()
    await page.goto(`${baseUrl}/settings/health`)
    // Until the words are there, what says that they come stands in their place.
    return await page.getByRole('main').getByRole('status').filter({ hasText: /\S/ }).innerText()
  } finally {
    await browser.close()
  }
}

/** Writes into the database's log until there is no room for its next file, which ends Postgres. */
async function endPostgres(dataDir: string): Promise<void> {
  const { socketFolder: folder, password } = await prepareEmbeddedPlace(
    dataDir,
    createLog({ level: 'silent' }),
  )
  const client = new pg.Client({
    connectionString: socketUrl({ folder, name: 'letterdesk', password, database: 'letterdesk' }),
  })
  const gone = new Promise(resolve => client.once('error', resolve).once('end', resolve))
  await client.connect()
  const write = async (): Promise<never> => {
    for (;;) await client.query(`select pg_logical_emit_message(true, 'full', repeat('x', 1000000))`)
  }
  await expect(write()).rejects.toThrow()
  await gone
}

test('a full disk is named to whoever writes, keeps nothing of it, and all goes on by itself once there is room', {
  timeout: 180_000,
}, async () => {
  const certificates = await makeCertificates()
  const disk = await makeSmallDisk(320)
  const env = { DATA_DIR: disk.folder }
  const desk = await startLetterdesk({ caFile: certificates.caFile, env, args: ['--practice'] })
  try {
    // Where nobody may mount a disk, none is filled.
    if (!disk.canFill) return expect((await readiness(desk)).disk).not.toBe('full')
    const owner = await desk.hastyOwner()
    await owner.call(updateMe, { body: { language: 'pl' } })
    const number = (await practiceTickets(owner))[0]?.number ?? 0
    const read = async () => await owner.call(getTicket, { params: { number } })
    const before = { messages: (await read()).messages.length, packs: await packSizes(disk.folder) }

    await disk.fill()
    const refused = await tryAll(owner, number)
    const screen = await healthInWords(desk.baseUrl, owner)
    const shown = { ready: await readiness(desk), health: (await owner.call(getHealth)).disk }
    const kept = { messages: (await read()).messages.length, packs: await packSizes(disk.folder) }
    const draft = await owner.call(findDraft, { params: { number } })
    await endPostgres(disk.folder)
    const withoutDatabase = await tryAll(owner, number)
    const notReady = await readiness(desk)
    await disk.empty()
    const isReady = async () => (await readiness(desk)).status === 'ready' || undefined
    await waitUntil('it is ready again', isReady, { withinMs: 60_000 })
    const taken = await tryAll(owner, number)

    expect(refused).toEqual(Array(3).fill('503 disk-full'))
    expect(shown).toMatchObject({ ready: { status: 'ready', disk: 'full' }, health: 'full' })
    expect(screen).toContain('Dysk pod DATA_DIR jest pełny. Dopóki brakuje miejsca, nic nie da się zapisać')
    expect([kept, draft]).toEqual([before, { draft: null }])
    expect(withoutDatabase).toEqual(Array(3).fill('503 database-disk-full'))
    expect(notReady).toMatchObject({ status: 'not-ready', disk: 'full' })
    expect(taken).toEqual(Array(3).fill('200 '))
    const isSent = async () => {
      const replies = (await read()).messages.slice(before.messages)
      return replies.length === 1 && replies[0]?.delivery?.state === 'accepted' ? true : undefined
    }
    await waitUntil('the reply is sent, once', isSent, { withinMs: 30_000 })
    expect((await owner.call(getHealth)).disk).toBe('enough')
    expect((await owner.call(findDraft, { params: { number } })).draft).toBeNull() // sent, and with it gone
  } finally {
    await desk.stop()
    await disk.remove()
    await certificates.remove()
  }
})
