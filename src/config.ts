import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  SECRET_FILE_NAMES,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  type SettingValues,
} from './config-settings.ts'
import { AppError, describeError } from './lib/app-error.ts'
import type { LogLevel } from './lib/log.ts'
import { nearestName } from './lib/nearest-name.ts'
import type { IntakePlace } from './lib/parse-setting.ts'
import { NODE_ROLES, type NodeRole } from './shared/vocabulary.ts'

/** Where the tables are: the Postgres we carry, or one of the operator's. */
export type DatabasePlace = { kind: 'embedded' } | { kind: 'own'; url: string; directUrl: string }

/** Everything the environment says, read once at start. What admins change while it runs is in the database. */
export type Config = Readonly<{
  port: number
  host: string
  /** Without a slash at its end. */
  baseUrl: string
  /** Absolute. */
  dataDir: string
  database: DatabasePlace
  /** null: made on the first run in `dataDir/keys/secret.key` (embedded database only). */
  secretKey: string | null
  oldSecretKey: string | null
  roles: readonly NodeRole[]
  logLevel: LogLevel
  /** For one whole outgoing mail, encoded. */
  maxAttachmentBytes: number
  /** How long a mail that no server accepts is tried. */
  sendPatienceMs: number
  trustProxy: readonly string[]
  /** PEM text. */
  extraCa: string | null
  allowPrivateHosts: readonly string[]
  /** Whether own checks of senders may ask DNS. */
  senderChecks: boolean
  /** Empty: those of the system. */
  dnsServers: readonly string[]
  /** What opens `/metrics`; null: nothing does. */
  metricsToken: string | null
  /** Doors for mail that is handed in; none by default. */
  mailIntake: readonly IntakePlace[]
  migrate: boolean
}>

/** The frozen configuration, and one sentence for each variable that looks like a mistyped setting. */
export type LoadedConfig = { config: Config; warnings: string[] }

/** The variables of the environment, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** One thing wrong with the environment. `problem` continues a sentence that starts with the setting's name. */
export type ConfigFault = { setting: string; problem: string }

/** The environment cannot be used; `faults` names everything wrong with it, not the first thing only. */
export class ConfigFaults extends AppError {
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(fault => `${fault.setting} ${fault.problem}`)
    super('bad-config', lines.join('; '), { faults })
    this.faults = faults
  }
}

type Surroundings = { cwd: string; readTextFile: (path: string) => string }

/** The process's environment: the only place that reads it. */
export function readEnvironment(): Environment {
  return process.env
}

/**
 * Reads all settings. An empty variable counts as unset; a secret may come as a file by `NAME_FILE`
 * (one line feed at its end is dropped).
 *
 * @param surroundings where relative paths start and how files are read; the process's own by default
 * @throws ConfigFaults naming every fault at once
 */
export function loadConfig(
  env: Environment,
  surroundings: Surroundings = { cwd: process.cwd(), readTextFile: path => readFileSync(path, 'utf8') },
): LoadedConfig {
  const faults: ConfigFault[] = []
  const read = <Name extends SettingName>(name: Name) => readSetting(name, env, surroundings, faults)

  const port = read('PORT')
  const database = readDatabase(read('DATABASE_URL'), read('DATABASE_DIRECT_URL'), faults)
  const values = {
    port,
    host: read('HOST'),
    baseUrl: read('BASE_URL') ?? `http://localhost:${port}`,
    dataDir: read('DATA_DIR'),
    secretKey: read('SECRET_KEY'),
    oldSecretKey: read('SECRET_KEY_OLD'),
    roles: read('ROLES'),
    logLevel: read('LOG_LEVEL'),
    maxAttachmentMb: read('MAX_ATTACHMENT_MB'),
    sendPatienceHours: read('SEND_PATIENCE_HOURS'),
    trustProxy: read('TRUST_PROXY'),
    extraCa: readExtraCa(read('EXTRA_CA_FILE'), surroundings, faults),
    allowPrivateHosts: read('ALLOW_PRIVATE_HOSTS'),
    senderChecks: read('SENDER_CHECKS'),
    dnsServers: read('DNS_SERVERS'),
    metricsToken: read('METRICS_TOKEN'),
    mailIntake: read('MAIL_INTAKE'),
    migrate: read('MIGRATE'),
  }
  checkTogether(values, database, env, faults)
  if (faults.length > 0) throw new ConfigFaults(faults)
  const { dataDir, maxAttachmentMb, sendPatienceHours, senderChecks, migrate, ...plain } = values as Present<
    typeof values
  >
  const config: Config = {
    ...plain,
    secretKey: values.secretKey,
    oldSecretKey: values.oldSecretKey,
    extraCa: values.extraCa,
    metricsToken: values.metricsToken,
    dataDir: resolve(surroundings.cwd, dataDir),
    database,
    maxAttachmentBytes: maxAttachmentMb * 1_048_576,
    sendPatienceMs: sendPatienceHours * 60 * 60_000,
    senderChecks: senderChecks === 'yes',
    migrate: migrate === 'yes',
  }
  return { config: deepFreeze(config), warnings: warnOfNearNames(env) }
}

/** After a fault-free read only settings without a default can be null. */
type Present<Values> = { [Key in keyof Values]: NonNullable<Values[Key]> }

function readSetting<Name extends SettingName>(
  name: Name,
  env: Environment,
  surroundings: Surroundings,
  faults: ConfigFault[],
): SettingValues[Name] | null {
  const setting = SETTINGS[name]
  const raw = readRaw(name, env, surroundings, faults) ?? setting.fallback
  if (raw === null) return null
  const parsed = setting.parse(raw)
  if ('value' in parsed) return parsed.value
  faults.push({ setting: name, problem: parsed.problem })
  return null
}

function readRaw(
  name: SettingName,
  env: Environment,
  surroundings: Surroundings,
  faults: ConfigFault[],
): string | null {
  const direct = env[name]?.trim() || null
  const file = SETTINGS[name].secret ? env[`${name}_FILE`]?.trim() || null : null
  if (file === null) return direct
  if (direct !== null) {
    faults.push({ setting: `${name}_FILE`, problem: `is set together with ${name}: keep one of the two` })
    return direct
  }
  try {
    return surroundings.readTextFile(resolve(surroundings.cwd, file)).trim()
  } catch (cause) {
    faults.push({ setting: `${name}_FILE`, problem: `cannot be read: ${describeError(cause)}` })
    return null
  }
}

function readDatabase(url: string | null, directUrl: string | null, faults: ConfigFault[]): DatabasePlace {
  if (url !== null) return { kind: 'own', url, directUrl: directUrl ?? url }
  if (directUrl !== null) {
    faults.push({ setting: 'DATABASE_DIRECT_URL', problem: 'needs DATABASE_URL beside it' })
  }
  return { kind: 'embedded' }
}

function readExtraCa(path: string | null, surroundings: Surroundings, faults: ConfigFault[]): string | null {
  if (path === null) return null
  try {
    const pem = surroundings.readTextFile(resolve(surroundings.cwd, path))
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
    faults.push({ setting: 'EXTRA_CA_FILE', problem: `has no certificate in PEM form: ${path}` })
  } catch (cause) {
    faults.push({ setting: 'EXTRA_CA_FILE', problem: `cannot be read: ${describeError(cause)}` })
  }
  return null
}

/** What is wrong only in combination. A variable that is set but wrong was named already. */
function checkTogether(
  values: { secretKey: string | null; roles: readonly NodeRole[] | null },
  database: DatabasePlace,
  env: Environment,
  faults: ConfigFault[],
): void {
  const isGiven = (name: string) => Boolean(env[name]?.trim() || env[`${name}_FILE`]?.trim())
  if (database.kind === 'own' && !isGiven('SECRET_KEY')) {
    faults.push({
      setting: 'SECRET_KEY',
      problem: 'is required with DATABASE_URL, the same on every node; make one with: openssl rand -hex 32',
    })
  }
  if (values.roles !== null && values.roles.length < NODE_ROLES.length && !isGiven('DATABASE_URL')) {
    faults.push({
      setting: 'ROLES',
      problem:
        'can only be split over several processes with an own Postgres: set DATABASE_URL, or leave ROLES unset',
    })
  }
}

function warnOfNearNames(env: Environment): string[] {
  const known: readonly string[] = [...SETTING_NAMES, ...SECRET_FILE_NAMES]
  return Object.keys(env)
    .filter(name => /^[A-Z][A-Z0-9_]*$/.test(name) && !known.includes(name))
    .flatMap(name => {
      const nearest = nearestName(name, known)
      return nearest === undefined ? [] : [`${name} is not a setting of Letterdesk; did you mean ${nearest}?`]
    })
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) Object.freeze(inner)
  }
  return Object.freeze(value)
}

/** Which servers a mailbox may name: what the operator trusts and opened on purpose. */
export function trustOf(config: Config): { extraCa: string | null; allowPrivateHosts: readonly string[] } {
  return { extraCa: config.extraCa, allowPrivateHosts: config.allowPrivateHosts }
}
