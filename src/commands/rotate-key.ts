import type { Environment } from '../config.ts'
import { inTransaction } from '../db/database.ts'
import { KEY_PURPOSES, type KeyPurpose } from '../db/key-ring.ts'
import { type KeyState, listKeyStates, type Rotation, rotateKey } from '../db/rotate-key.ts'
import { SEALED_COLUMNS } from '../health/sealed-columns.ts'
import { enqueueJobs } from '../jobs/enqueue.ts'
import { AppError } from '../lib/app-error.ts'
import { countSecretsByKey } from '../mailboxes/seal-anew.ts'
import type { CommandOptions } from './create-agent.ts'
import { runOnTables } from './run-on-tables.ts'

const usage = `letterdesk rotate-key [${KEY_PURPOSES.join('|')}] [--compromised]`

/** What a new key changes for what its predecessors made. */
const effects: Readonly<Record<KeyPurpose, { retired: string; revoked: string }>> = {
  credentials: {
    retired: 'stored passwords, tokens and keys are sealed anew by the running inbox, or at its next start',
    revoked: '',
  },
  tokens: {
    retired: 'what was signed before threads as before',
    revoked:
      'answers are threaded by the Message-IDs we know, no longer by an address or id with a token of those keys',
  },
  sessions: { retired: 'everybody stays signed in', revoked: 'everybody has to sign in again' },
  links: {
    retired: 'links and consents under way still open',
    revoked: 'invitations, password links and consents under way open nothing: make new ones',
  },
}

/**
 * `letterdesk rotate-key PURPOSE`: makes a new key of the ring for a purpose, while the inbox runs (with the embedded
 * database, while it is stopped). With `--compromised` nothing that former keys of the purpose made holds any more. Without a
 * purpose it prints the ring, and which keys stored secrets still need.
 *
 * @returns the exit code
 * @throws AppError `bad-option`, `wrong-secret-key`
 */
export async function rotateKeyCommand(
  options: CommandOptions,
  env: Environment,
  words: readonly string[],
): Promise<number> {
  const wish = readWish(options, words)
  return await runOnTables(env, async ({ db, keys }) => {
    if (wish !== null) {
      const rotation = await inTransaction(db, async tx => {
        const made = await rotateKey(tx, keys, wish)
        if (wish.purpose === 'credentials')
          await enqueueJobs(tx, [{ name: 'seal_anew', payload: {}, key: 'seal_anew' }])
        return made
      })
      for (const line of tellRotation(wish.purpose, rotation)) console.log(line)
      return 0
    }
    const secrets = await countSecretsByKey(db, SEALED_COLUMNS)
    for (const key of await listKeyStates(db)) console.log(tellKey(key, secrets.get(key.id) ?? 0))
    return 0
  })
}

type Wish = Parameters<typeof rotateKey>[2]

function readWish(options: CommandOptions, words: readonly string[]): Wish | null {
  const [word, ...more] = words
  const isCompromised = options.has('--compromised')
  if (word === undefined && !isCompromised) return null
  const purpose = KEY_PURPOSES.find(known => known === word)
  if (purpose === undefined || more.length > 0) throw new AppError('bad-option', usage)
  if (purpose === 'credentials' && isCompromised) {
    throw new AppError(
      'bad-option',
      'a key of credentials is in use until all is sealed anew, and whoever has read secrets with it knows them: rotate it without --compromised, and change the passwords at the providers',
    )
  }
  return { purpose, former: isCompromised ? 'revoked' : 'retired' }
}

function tellRotation(purpose: KeyPurpose, { id, retiredIds, revokedIds }: Rotation): string[] {
  const { retired, revoked } = effects[purpose]
  const isRevoked = revokedIds.length > 0
  const former = isRevoked ? `revoked: ${revokedIds.join(', ')}` : `retired: ${retiredIds.join(', ')}`
  return [`new key of ${purpose}: ${id}; ${former}`, isRevoked ? revoked : retired]
}

function tellKey({ id, purpose, madeAt, retiredAt, revokedAt }: KeyState, secrets: number): string {
  const unrevoked = retiredAt === null ? 'active' : 'retired'
  const state = revokedAt === null ? unrevoked : 'revoked'
  const since = (revokedAt ?? retiredAt ?? madeAt).toISOString().slice(0, 19)
  const line = `${String(id).padStart(4)}  ${purpose.padEnd(11)}  ${state}  since ${since}Z`
  if (purpose !== 'credentials') return line
  if (secrets === 0) return `${line}  no stored secret needs it`
  return `${line}  stored secrets: ${secrets}`
}
