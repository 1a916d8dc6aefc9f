import { expect, test } from 'vitest'
import { ConfigFaults, loadConfig } from '../../src/config.ts'

const files: Record<string, string> = {
  '/run/secrets/key': `${'k'.repeat(40)}\n`,
  '/srv/ca.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
}
const surroundings = {
  cwd: '/srv',
  readTextFile: (path: string) => {
    const text = files[path]
    if (text === undefined) throw new RangeError(`no such file: ${path}`)
    return text
  },
}
const load = (env: Record<string, string>) => loadConfig(env, surroundings)

function faultsOf(env: Record<string, string>): Record<string, string> {
  try {
    load(env)
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error
    expect(error.code).toBe('bad-config')
    return Object.fromEntries(error.faults.map(fault => [fault.setting, fault.problem]))
  }
  return {}
}

test('an empty environment gives the documented defaults', () => {
  const { config, warnings } = load({})

  expect(warnings).toEqual([])
  expect(config).toEqual({
    port: 8080,
    host: '0.0.0.0',
    baseUrl: 'http://localhost:8080',
    dataDir: '/srv/data',
    database: { kind: 'embedded' },
    secretKey: null,
    sendPatienceMs: 5 * 24 * 3_600_000,
    oldSecretKey: null,
    roles: ['web', 'sync', 'worker'],
    logLevel: 'info',
    maxAttachmentBytes: 26_214_400,
    trustProxy: [],
    extraCa: null,
    allowPrivateHosts: [],
    dnsServers: [],
    metricsToken: null,
    senderChecks: true,
    mailIntake: [],
    migrate: true,
  })
  expect(Object.isFrozen(config) && Object.isFrozen(config.roles)).toBe(true)
})

test('all faults are named at once, and none repeats a secret', () => {
  const faults = faultsOf({
    PORT: '80a',
    BASE_URL: 'desk.example.org',
    DATABASE_URL: 'mysql://u:hunter2@h/db',
    LOG_LEVEL: 'loud',
    MAX_ATTACHMENT_MB: '0',
    TRUST_PROXY: '10.0.0.0/33',
    ROLES: 'web,fax',
    SECRET_KEY: 'short',
    EXTRA_CA_FILE: 'missing.pem',
    MAIL_INTAKE: 'lmtp://0.0.0.0:24',
    MIGRATE: 'maybe',
  })

  expect(Object.keys(faults).sort()).toEqual([
    'BASE_URL',
    'DATABASE_URL',
    'EXTRA_CA_FILE',
    'LOG_LEVEL',
    'MAIL_INTAKE',
    'MAX_ATTACHMENT_MB',
    'MIGRATE',
    'PORT',
    'ROLES',
    'SECRET_KEY',
    'TRUST_PROXY',
  ])
  expect(JSON.stringify(faults)).not.toContain('hunter2')
})

test('an own database needs a secret key, and a direct address needs an own database', () => {
  const withoutKey = faultsOf({ DATABASE_URL: 'postgres://u:p@h/db' })
  const directOnly = faultsOf({ DATABASE_DIRECT_URL: 'postgres://u:p@h/db' })

  expect(withoutKey).toEqual({ SECRET_KEY: expect.stringContaining('required with DATABASE_URL') })
  expect(directOnly).toEqual({ DATABASE_DIRECT_URL: 'needs DATABASE_URL beside it' })
})

test('roles split over processes are refused without an own database, saying what to do', () => {
  const faults = faultsOf({ ROLES: 'web' })

  expect(faults.ROLES).toMatch(/set DATABASE_URL/)
})

test('a secret comes from a file as well, but not from both places', () => {
  const url = 'postgres://u:p@h/db'

  const { config } = load({ DATABASE_URL: url, SECRET_KEY_FILE: '/run/secrets/key' })
  const both = faultsOf({ SECRET_KEY: 'k'.repeat(40), SECRET_KEY_FILE: '/run/secrets/key' })
  const missing = faultsOf({ SECRET_KEY_FILE: '/run/secrets/none' })

  expect(config.secretKey).toBe('k'.repeat(40))
  expect(config.database).toEqual({ kind: 'own', url, directUrl: url })
  expect(both.SECRET_KEY_FILE).toMatch(/keep one/)
  expect(missing.SECRET_KEY_FILE).toMatch(/cannot be read/)
})

test('lists, paths and addresses are read into their final form', () => {
  const { config } = load({
    PORT: '9000',
    BASE_URL: 'https://desk.example.org/',
    TRUST_PROXY: '10.0.0.0/8, ::1',
    ALLOW_PRIVATE_HOSTS: 'Mail.Local,127.0.0.0/8',
    EXTRA_CA_FILE: 'ca.pem',
    DATA_DIR: '../var/desk',
    ROLES: 'worker,web,sync,web',
    MAIL_INTAKE: 'lmtp:///run/desk/lmtp.sock, smtp://[::1]:2525',
    MIGRATE: 'no',
  })

  expect(config).toMatchObject({
    baseUrl: 'https://desk.example.org',
    trustProxy: ['10.0.0.0/8', '::1'],
    allowPrivateHosts: ['mail.local', '127.0.0.0/8'],
    extraCa: files['/srv/ca.pem'],
    dataDir: '/var/desk',
    roles: ['web', 'sync', 'worker'],
    mailIntake: [
      { protocol: 'lmtp', at: { path: '/run/desk/lmtp.sock' } },
      { protocol: 'smtp', at: { host: '::1', port: 2525 } },
    ],
    migrate: false,
  })
})

test('a mistyped setting is answered with the nearest name, and ordinary variables are left alone', () => {
  const { warnings } = load({
    DATABSE_URL: 'x',
    LOG_LEVEL_WEB: 'debug',
    PORTS: '1',
    HOME: '/root',
    HOSTNAME: 'box',
    PATH: '/bin',
    LOGNAME: 'root',
  })

  expect(warnings).toEqual([
    'DATABSE_URL is not a setting of Letterdesk; did you mean DATABASE_URL?',
    'LOG_LEVEL_WEB is not a setting of Letterdesk; did you mean LOG_LEVEL?',
    'PORTS is not a setting of Letterdesk; did you mean PORT?',
  ])
})
