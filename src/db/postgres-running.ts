import { execFile } from 'node:child_process'
import { readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

/** What `postmaster.pid` says of the server that wrote it. */
export type PidFile = { pid: number; port: number; socketFolder: string }

/** Reads `postmaster.pid`; undefined when there is none or it is half written. */
export async function readPidFile(folder: string): Promise<PidFile | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!Number.isInteger(pid) || pid <= 1 || !Number.isInteger(port) || lines[4] === undefined)
    return undefined
  return { pid, port, socketFolder: lines[4] }
}

/**
 * Whether `pid` is a live Postgres of exactly this data folder. A server stays in its data folder, so
 * its working directory tells it from another one and from a process that got the same number later.
 */
export async function isOurPostmaster(pid: number, folder: string): Promise<boolean> {
  return process.platform === 'linux'
    ? await isServerProcess(String(pid), folder)
    : await isServerByPs(pid, folder)
}

/** The processes of this data folder's server: the postmaster and whatever of it outlived it. Linux only. */
export async function listServerProcesses(folder: string): Promise<number[]> {
  if (process.platform !== 'linux') return []
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (/^\d+$/.test(name) && (await isServerProcess(name, folder))) found.push(Number(name))
  }
  return found
}

async function isServerProcess(pid: string, folder: string): Promise<boolean> {
  try {
    const [cwd, program, status] = await Promise.all([
      readlink(`/proc/${pid}/cwd`),
      readlink(`/proc/${pid}/exe`),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    const isZombie = status.slice(status.lastIndexOf(')')).startsWith(') Z')
    return !isZombie && basename(program).startsWith('postgres') && cwd === (await realpath(folder))
  } catch {
    return false // gone, or not ours to look at: a server of ours is visible to us
  }
}

async function isServerByPs(pid: number, folder: string): Promise<boolean> {
  const pidFile = await readPidFile(folder)
  if (pidFile?.pid !== pid) return false
  const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }))
  return basename(stdout.trim()).startsWith('postgres')
}
