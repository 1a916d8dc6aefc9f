import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../lib/app-error.ts'

/** Who runs Postgres. `isOther`: we are root and hand the server to an unprivileged account. */
export type Account = { uid: number; gid: number; isOther: boolean }

/**
 * Chooses the account: ourselves, or as root (whom Postgres refuses) `postgres`, else `nobody`.
 * initdb looks the account up by number, so a number of our own would not do.
 *
 * @throws AppError `no-postgres-account` as root where neither account exists
 */
export async function choosePostgresAccount(): Promise<Account> {
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  if (uid !== 0) return { uid, gid, isOther: false }
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map(line => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const entry = lines.find(fields => fields[0] === name)
    if (entry !== undefined) return { uid: Number(entry[2]), gid: Number(entry[3]), isOther: true }
  }
  throw new AppError(
    'no-postgres-account',
    'Postgres does not run as root, and there is no account postgres or nobody to run it: create one, or start Letterdesk as another user',
  )
}

/** Whether the account may pass through every folder down to `folder`, by their modes. */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
  if (!account.isOther) return true
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path)
    const ofOthers = gid === account.gid ? 3 : 0
    const shift = uid === account.uid ? 6 : ofOthers
    if (((mode >> shift) & 1) === 0) return false
    if (path === dirname(path)) return true
  }
}
