import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Certificate } from './certificates.ts'
import { type DovecotPorts, dovecotConfig, dovecotTokenConfig } from './dovecot-config.ts'
import { findFreePorts } from './free-ports.ts'

/** A running Dovecot master and where it listens. */
export type DovecotProcess = { child: ChildProcess; ports: DovecotPorts }

const HOST = '127.0.0.1'
const SET_PRIV = '/usr/bin/setpriv'
const runFile = promisify(execFile)

type StartSettings = {
  dir: string
  certificate: Certificate
  ports?: DovecotPorts | undefined
  introspectionUrl?: string | undefined
  quotaMb?: number | undefined
  capabilities?: string | undefined
}

/** Starts Dovecot in the foreground and waits until every port answers; without `ports` on free ones. */
export async function startDovecotProcess({
  dir,
  certificate,
  ports,
  introspectionUrl,
  quotaMb,
  capabilities,
}: StartSettings): Promise<DovecotProcess> {
  for (let attempt = 1; ; attempt += 1) {
    const chosen = ports ?? (await choosePorts())
    if (introspectionUrl !== undefined)
      await writeFile(join(dir, 'tokens.conf'), dovecotTokenConfig(introspectionUrl))
    const child = await startChild(
      dir,
      dovecotConfig({ dir, certificate, ports: chosen, introspectionUrl, quotaMb, capabilities }),
    )
    if (await answers(child, chosen)) return { child, ports: chosen }
    await stopDovecotProcess(child)
    if (attempt === 5)
      throw new Error(`dovecot did not start:\n${await readFile(join(dir, 'dovecot.log'), 'utf8')}`)
  }
}

async function choosePorts(): Promise<DovecotPorts> {
  const [imapsPort = 0, imapPort = 0, lmtpPort = 0] = await findFreePorts(3)
  return { imapsPort, imapPort, lmtpPort }
}

/** Sockets of a former run stall sign-in for seconds: `run` and `state` are new at each start. */
async function startChild(dir: string, config: string): Promise<ChildProcess> {
  for (const name of ['run', 'state']) {
    await rm(join(dir, name), { recursive: true, force: true })
    await mkdir(join(dir, name))
  }
  const file = join(dir, 'dovecot.conf')
  await writeFile(file, config)
  const dovecot = ['/usr/sbin/dovecot', '-F', '-c', file]
  // A killed test process takes its Dovecot along.
  const command = existsSync(SET_PRIV) ? [SET_PRIV, '--pdeathsig', 'TERM', ...dovecot] : dovecot
  // Detached: a group of its own, so that all of it can be ended at once.
  return spawn(command[0] ?? '', command.slice(1), { stdio: 'ignore', detached: true })
}

/** True once every port takes connections, false when the process ended first. */
async function answers(child: ChildProcess, ports: DovecotPorts): Promise<boolean> {
  const failed = once(child, 'error').then(([cause]) => {
    throw new Error('dovecot cannot be run: install dovecot-imapd and dovecot-lmtpd', { cause })
  })
  const ended = once(child, 'exit').then(() => false)
  const listening = Promise.all(Object.values(ports).map(port => untilListening(child, port))).then(
    () => true,
  )
  return Promise.race([failed, ended, listening])
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null && !(await accepts(port))) {
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: HOST })
  const open = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return open
}

/** SIGTERM, after 5 s SIGKILL, and returns when the process is gone. About 1 s: Dovecot waits for its own. */
export async function stopDovecotProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const deadline = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await gone
  clearTimeout(deadline)
}

/** Ends the process with all of its own at once: for a server whose folder nobody reads any more. */
export async function killDovecotProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = once(child, 'exit')
  process.kill(-child.pid, 'SIGKILL')
  await gone
}

/** A folder for one server: the account that owns the mail can enter it. */
export async function makeDovecotFolders(): Promise<string> {
  // /tmp, not TMPDIR: a socket's path is at most 107 bytes, and the account that owns the mail enters it.
  const dir = await mkdtemp('/tmp/letterdesk-dovecot-')
  await chmod(dir, 0o755)
  await mkdir(join(dir, 'mail'))
  await writeFile(join(dir, 'passwords'), '')
  if (process.getuid?.() === 0) {
    const nobody = await idOf('nobody')
    await chown(join(dir, 'mail'), nobody, await groupOf('nobody'))
  }
  return dir
}

const idOf = async (user: string): Promise<number> => Number((await runFile('id', ['-u', user])).stdout)
const groupOf = async (user: string): Promise<number> => Number((await runFile('id', ['-g', user])).stdout)

const INOTIFY_LIMIT = '/proc/sys/fs/inotify/max_user_instances'

/**
 * Each IDLE takes an inotify instance of the mail's owner; past the limit (128) Dovecot only logs it
 * and polls. Raised to 4096 where we may; it holds until the machine starts again.
 */
export async function raiseInotifyLimit(): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync(INOTIFY_LIMIT)) return
  if (Number(await readFile(INOTIFY_LIMIT, 'utf8')) >= 4096) return
  await writeFile(INOTIFY_LIMIT, '4096').catch((cause: NodeJS.ErrnoException) => {
    // A sandbox may show /proc/sys read-only; up to 128 IDLE sessions then work as before.
    if (cause.code !== 'EROFS' && cause.code !== 'EACCES' && cause.code !== 'EPERM') throw cause
  })
}
