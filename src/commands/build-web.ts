import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../config.ts'
import { AppError, describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'

const root = new URL('../..', import.meta.url).pathname
const bundle = join(root, 'dist/web')
const sources = ['src/web', 'src/shared', 'package-lock.json']

/**
 * Makes sure that `dist/web` is there and not older than its sources. The build runs in a process of its
 * own, since it takes more memory than all the rest. Without Vite (an image) a bundle that is there serves.
 *
 * @throws AppError `no-web-bundle` with what to install, or `web-build-failed`
 */
export async function ensureWebBundle(options: { log: Log; env: Environment }): Promise<void> {
  const builtAtMs = await modifiedAtMs(join(bundle, 'index.html'))
  if (!(await hasVite())) {
    if (builtAtMs > 0) return
    throw new AppError('no-web-bundle', 'dist/web is missing and Vite is not installed: run npm ci')
  }
  if (builtAtMs > (await newestSourceMs())) return
  options.log.info({}, 'building the web app')
  await runBuild(options.env)
}

/** `letterdesk build-web`: builds beside the old bundle, then takes its place. @returns the exit code */
export async function buildWebBundle(): Promise<number> {
  const { build } = await import('vite')
  const fresh = `${bundle}.${process.pid}`
  try {
    const configFile = join(root, 'src/web/vite.config.ts')
    await build({ configFile, logLevel: 'warn', build: { outDir: fresh, emptyOutDir: true } })
    await rm(bundle, { recursive: true, force: true })
    await rename(fresh, bundle).catch(acceptFilled)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return 0
}

/** Another start built the same sources and was first. */
function acceptFilled(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error
}

async function runBuild(env: Environment): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'src/start.mjs'), 'build-web'], {
    cwd: root,
    env: { PATH: env.PATH, HOME: env.HOME, NODE_ENV: 'production', NO_COLOR: '1' }, // none of our secrets
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said: string[] = []
  child.stderr.on('data', chunk => said.push(String(chunk)))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new AppError('web-build-failed', `the web app was not built: ${said.join('').trim()}`)
}

async function hasVite(): Promise<boolean> {
  return (await modifiedAtMs(join(root, 'node_modules/vite/package.json'))) > 0
}

async function newestSourceMs(): Promise<number> {
  const times = await Promise.all(sources.map(source => newestIn(join(root, source))))
  return Math.max(...times)
}

async function newestIn(path: string): Promise<number> {
  const own = await modifiedAtMs(path)
  const names = await readdir(path, { recursive: true }).catch(error => {
    if (describeError(error).startsWith('ENOTDIR')) return [] // a single file
    throw error
  })
  const times = await Promise.all(names.map(name => modifiedAtMs(join(path, name))))
  return Math.max(own, ...times)
}

/** 0 for what is not there. */
async function modifiedAtMs(path: string): Promise<number> {
  return await stat(path).then(
    found => found.mtimeMs,
    () => 0,
  )
}
