import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOwner, type Me, updateMe } from '../../src/shared/session.ts'
import { type ApiClient, apiClient } from './api.ts'
import { findFreePorts } from './free-ports.ts'

/** The first owner of a started product. */
export const OWNER = { name: 'Ada Owner', email: 'ada@desk.test', password: 'correct horse battery' }

/** How to start the product: an own database or the embedded one, and what it must trust. */
export type LetterdeskOptions = {
  caFile: string
  databaseUrl?: string
  secretKey?: string
  env?: Record<string, string>
  args?: string[]
  /** Files that Node loads before the product. */
  preloads?: readonly string[]
  /** Under which name it is opened, in place of 127.0.0.1: providers of sign-ins send nobody back to an address. */
  hostName?: 'localhost'
  /** Another tree to run than this one, ending in `/`: a changed copy. */
  root?: string
}

/** The whole product as its users run it: a process of its own that only HTTP, IMAP and SMTP reach. */
export type Letterdesk = {
  baseUrl: string
  dataDir: string
  pid: () => number
  /** What it printed so far. */
  output: () => string
  client: () => ApiClient
  /** Creates the owner on the first start and signs in. */
  owner: () => Promise<ApiClient>
  /** The same, whose replies leave at once: for tests whose subject is not taking them back. */
  hastyOwner: () => Promise<ApiClient>
  /** Ends the process by a signal and waits until it is gone. */
  kill: (signal: NodeJS.Signals) => Promise<void>
  /** Starts it again on the same folder and port. */
  start: () => Promise<void>
  /** Stops it and removes its folder. */
  stop: () => Promise<void>
}

const readyTimeoutMs = 90_000

/** Starts `src/start.mjs serve` on a free port with a fresh DATA_DIR and waits until it is ready. */
export async function startLetterdesk(options: LetterdeskOptions): Promise<Letterdesk> {
  const dataDir = await mkdtemp(join(tmpdir(), 'letterdesk-data-'))
  const [port = 0] = await findFreePorts(1)
  const baseUrl = `http://${options.hostName ?? '127.0.0.1'}:${port}`
  let child: ChildProcess | undefined
  let output = ''

  async function start(): Promise<void> {
    const root = options.root ?? new URL('../..', import.meta.url).pathname
    const preloads = (options.preloads ?? []).map(file => `--import=${file}`)
    child = spawn(process.execPath, [...preloads, 'src/start.mjs', 'serve', ...(options.args ?? [])], {
      cwd: root,
      env: { ...cleanEnvironment(), ...environment(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    // Also where a run ends in the middle of a start, by a signal or a fault that nobody caught.
    const started = child
    const endWithUs = () => void started.kill('SIGKILL')
    process.once('exit', endWithUs)
    started.once('exit', () => process.off('exit', endWithUs))
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-1_000_000)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    await waitUntilReady(baseUrl, child, () => output)
  }

  function environment(): Record<string, string> {
    return {
      PORT: String(port),
      HOST: '127.0.0.1',
      BASE_URL: baseUrl,
      DATA_DIR: dataDir,
      EXTRA_CA_FILE: options.caFile,
      ALLOW_PRIVATE_HOSTS: '127.0.0.0/8',
      SENDER_CHECKS: 'no', // a test that wants them brings its own DNS
      ...(options.databaseUrl === undefined
        ? {}
        : {
            DATABASE_URL: options.databaseUrl,
            SECRET_KEY: options.secretKey ?? 'a secret key of tests, thirty-two letters',
          }),
    }
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  async function owner(): Promise<ApiClient> {
    const client = apiClient(baseUrl)
    const setup = await client.fetch(createOwner, {
      body: { ...OWNER, language: 'en', timeZone: 'Europe/Sofia' },
    })
    if (setup.ok) client.setCsrfToken(((await setup.json()) as Me).csrfToken)
    else if (setup.status === 409) await client.signIn(OWNER.email, OWNER.password)
    else throw new Error(`no owner: ${setup.status} ${await setup.text()}`)
    return client
  }

  async function hastyOwner(): Promise<ApiClient> {
    const client = await owner()
    await client.call(updateMe, { body: { undoSeconds: 0 } })
    return client
  }

  await start().catch(async error => {
    await kill('SIGKILL')
    throw error
  })
  return {
    baseUrl,
    dataDir,
    pid: () => child?.pid ?? 0,
    output: () => output,
    client: () => apiClient(baseUrl),
    owner,
    hastyOwner,
    kill,
    start,
    stop: async () => {
      await kill('SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function cleanEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '', LANG = 'C.UTF-8', NODE_COMPILE_CACHE } = process.env
  return { PATH, HOME, LANG, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) }
}

async function waitUntilReady(baseUrl: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs
  while (performance.now() < deadline) {
    const end = child.exitCode ?? child.signalCode
    if (end !== null) throw new Error(`letterdesk ended with ${end}:\n${output()}`)
    const answer = await fetch(`${baseUrl}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`letterdesk was not ready in ${readyTimeoutMs} ms:\n${output()}`)
}
