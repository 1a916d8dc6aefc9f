// Installs what the tests talk to: Dovecot, PostgreSQL, Chromium with fonts, libfaketime, openssl. Run before
// `npm test`. As root on Debian it installs what is missing and starts no service; elsewhere it
// names the packages and fails. Plain JavaScript that Node 18 reads.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** Each Debian package the tests need, and the files of which one proves that it is there. */
const NEEDS = [
  { package: 'dovecot-imapd', proofs: ['/usr/lib/dovecot/imap'] },
  { package: 'dovecot-lmtpd', proofs: ['/usr/lib/dovecot/lmtp'] },
  { package: 'postgresql', proofs: ['/usr/lib/postgresql/*/bin/postgres'] },
  { package: 'chromium-headless-shell', proofs: ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'] },
  {
    package: 'fonts-dejavu-core', // Cyrillic letters on the tests' screenshots
    proofs: [
      '/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf',
      '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
    ],
  },
  { package: 'libfaketime', proofs: ['/usr/lib/*/faketime/libfaketime.so.1'] }, // a node with another clock
  { package: 'openssl', proofs: ['/usr/bin/openssl'] },
]

/** The names of the packages that are not installed below `root` ('' is this machine). */
export function findMissing(root = '') {
  return NEEDS.filter(({ proofs }) => !proofs.some(proof => isThere(root, proof))).map(need => need.package)
}

/** `*` stands for one folder's name, such as PostgreSQL's version. */
function isThere(root, proof) {
  const [before, after] = proof.split('*')
  if (after === undefined) return existsSync(root + proof)
  const dir = root + before
  return existsSync(dir) && readdirSync(dir).some(name => existsSync(dir + name + after))
}

const MARK = '# put here by Letterdesk while it installs its test servers'

/**
 * Does `work` while `policyFile` tells Debian's packages to start no service (exit 101), then puts
 * back what was there. A file left by a killed run is recognised by its mark and taken away first.
 */
export function withoutStartingServices(policyFile, work) {
  const saved = `${policyFile}.letterdesk-saved`
  restore(policyFile, saved)
  if (existsSync(policyFile)) renameSync(policyFile, saved)
  // With a handler a Ctrl-C during the install (which ends apt) still lets us restore the file.
  const interrupted = () => console.error('interrupted: putting back', policyFile)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupted)
  try {
    writeFileSync(policyFile, `#!/bin/sh\n${MARK}\nexit 101\n`, { mode: 0o755 })
    return work()
  } finally {
    restore(policyFile, saved)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeListener(signal, interrupted)
  }
}

function restore(policyFile, saved) {
  if (existsSync(policyFile) && readFileSync(policyFile, 'utf8').includes(MARK)) rmSync(policyFile)
  if (existsSync(saved)) renameSync(saved, policyFile)
}

function run(command, args) {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: environment,
  })
  if (error) throw error
  return status === 0
}

function isRootOnDebian() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')
}

function install(packages) {
  console.log(`Installing for the tests, without starting services: ${packages.join(' ')}`)
  run('apt-get', ['-q', 'update']) // a stale list may still do: the install decides
  return withoutStartingServices('/usr/sbin/policy-rc.d', () =>
    run('apt-get', ['-q', '-y', 'install', '--no-install-recommends', ...packages]),
  )
}

function main() {
  const missing = findMissing()
  if (missing.length === 0) return 0
  if (isRootOnDebian() && install(missing) && findMissing().length === 0) return 0
  console.error(`The tests need these Debian packages: ${findMissing().join(' ')}`)
  console.error(`Install them, as root: apt-get install --no-install-recommends ${findMissing().join(' ')}`)
  return 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = main()
