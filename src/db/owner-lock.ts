import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { link, readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { AppError } from '../lib/app-error.ts'

/** Who owns a data folder: a process number alone is given again after a crash or a restart. */
type Owner = {
  pid: number
  /** When the process started, as the system writes it; with `boot` it tells two processes of one number apart. */
  startedAt: string
  boot: string
  /** The world the number means something in: a container has its own. */
  pidNamespace: string
}

/** A data folder held by this process. */
export type OwnerLock = { release: () => Promise<void> }

const touchMs = 2_000
// An owner in another container cannot be asked whether it lives; one that lives touches the file.
const foreignSilenceMs = 7_000
const claimPollMs = 10

/**
 * Takes a data folder for this process by a lock file, also from an owner that died.
 *
 * @throws AppError `already-running` ("already running as pid 17") while the owner lives
 */
export async function takeOwnerLock(path: string): Promise<OwnerLock> {
  const own = `${path}.${process.pid}`
  const content = JSON.stringify(await describeOwner(process.pid))
  await writeFile(own, content, { mode: 0o600 })
  try {
    while (!(await tryLink(own, path))) await removeIfDead(path, own)
  } finally {
    await rm(own, { force: true })
  }
  const timer = setInterval(() => void touch(path), touchMs)
  timer.unref()
  return {
    release: async () => {
      clearInterval(timer)
      if ((await readText(path)) === content) await rm(path)
    },
  }
}

/**
 * Removes the lock of a dead owner. Of several starts that see the same dead owner one may: the one whose link
 * under that owner's name is the first. Without it one could remove the lock that another has taken meanwhile.
 */
async function removeIfDead(path: string, own: string): Promise<void> {
  const content = await readText(path)
  if (content === undefined) return
  const owner = parseOwner(content)
  if (owner !== undefined && (await isAlive(owner, path))) {
    throw new AppError('already-running', `already running as pid ${owner.pid}`, { pid: owner.pid })
  }
  await removeDead({ path, content, own })
}

async function removeDead(dead: { path: string; content: string; own: string }): Promise<void> {
  const { path, content, own } = dead
  const claim = `${path}.${createHash('sha256').update(content).digest('hex').slice(0, 16)}`
  if (!(await tryLink(own, claim))) return await waitForClaim(claim, own)
  try {
    if ((await readText(path)) === content) await rm(path)
  } finally {
    await rm(claim, { force: true })
  }
}

/** Another start is removing the lock: it takes milliseconds, or it died over it and left its claim. */
async function waitForClaim(claim: string, own: string): Promise<void> {
  const content = await readText(claim)
  if (content === undefined) return
  const claimer = parseOwner(content)
  if (claimer !== undefined && (await isAlive(claimer, claim))) await wait(claimPollMs)
  else await removeDead({ path: claim, content, own })
}

async function isAlive(owner: Owner, path: string): Promise<boolean> {
  const here = await describeOwner(process.pid)
  if (owner.boot === here.boot && owner.pidNamespace !== here.pidNamespace) return await isTouched(path)
  if (owner.boot !== here.boot) return false
  const now = await describeOwner(owner.pid)
  return now.startedAt !== '' && now.startedAt === owner.startedAt
}

async function isTouched(path: string): Promise<boolean> {
  const before = await modifiedAt(path)
  const until = performance.now() + foreignSilenceMs
  while (performance.now() < until) {
    await wait(200)
    if ((await modifiedAt(path)) !== before) return true
  }
  return false
}

async function describeOwner(pid: number): Promise<Owner> {
  if (process.platform !== 'linux')
    return { pid, startedAt: await startedAtByPs(pid), boot: '', pidNamespace: '' }
  const stats = await readText(`/proc/${pid}/stat`)
  // Field 22, counted after the name in parentheses, which may hold spaces (proc(5)).
  const startedAt = stats?.slice(stats.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  const boot = (await readText('/proc/sys/kernel/random/boot_id'))?.trim() ?? ''
  return { pid, startedAt, boot, pidNamespace: await readlink('/proc/self/ns/pid') }
}

async function startedAtByPs(pid: number): Promise<string> {
  return await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.trim(),
    () => '', // ps fails when there is no such process
  )
}

function parseOwner(content: string): Owner | undefined {
  try {
    const owner: Owner = JSON.parse(content)
    return Number.isInteger(owner.pid) ? owner : undefined
  } catch {
    return undefined // half written by a crash of the machine: nobody's
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(acceptMissing)
}

async function modifiedAt(path: string): Promise<number> {
  return await stat(path).then(
    found => found.mtimeMs,
    () => 0,
  )
}

async function readText(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(acceptMissing)
}

async function tryLink(from: string, to: string): Promise<boolean> {
  return await link(from, to).then(
    () => true,
    error => acceptCode(error, 'EEXIST'),
  )
}

function acceptMissing(error: unknown): undefined {
  acceptCode(error, 'ENOENT')
}

function acceptCode(error: unknown, code: string): false {
  if (error instanceof Error && 'code' in error && error.code === code) return false
  throw error
}
