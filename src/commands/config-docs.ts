import { readFile, writeFile } from 'node:fs/promises'
import { SETTING_NAMES, SETTINGS, type SettingName } from '../config-settings.ts'

const root = new URL('../..', import.meta.url)
const remake = 'npm run docs:config'

/**
 * `letterdesk config-docs`: config/example.env and docs/configuration.md are made from the table that
 * reads the settings, so they cannot say anything else.
 *
 * @returns the exit code: 1 when `check` finds a stale document
 */
export async function writeConfigDocs(mode: 'check' | 'write'): Promise<number> {
  const documents = { 'config/example.env': exampleEnv(), 'docs/configuration.md': configurationPage() }
  let code = 0
  for (const [path, text] of Object.entries(documents)) {
    const file = new URL(path, root)
    if (mode === 'write') {
      await writeFile(file, text)
    } else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
      process.stderr.write(`${path} is not what the settings say; run ${remake}\n`)
      code = 1
    }
  }
  return code
}

function exampleEnv(): string {
  const settings = SETTING_NAMES.map(name => {
    const { fallback, sentence, secret } = SETTINGS[name]
    const file = secret ? ` Or ${name}_FILE: the path of a file that holds it.` : ''
    return [`# ${sentence}${file}`, `# Default: ${defaultOf(name)}`, `#${name}=${fallback ?? ''}`].join('\n')
  })
  return `# Every setting of Letterdesk, with its default. Made by: ${remake}\n\n${settings.join('\n\n')}\n`
}

function configurationPage(): string {
  const rows = SETTING_NAMES.map(name => {
    const names = SETTINGS[name].secret ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``
    return `| ${names} | ${defaultOf(name)} | ${SETTINGS[name].sentence} |`
  })
  return `# Settings

The environment is read once at start, by \`src/config.ts\`. Everything wrong with it is named together, and a
variable that looks like a mistyped setting gets a warning with the nearest name. What admins change while
Letterdesk runs lives in the database, not here. A secret may come as a file by \`NAME_FILE\`.

| setting | default | what it does |
|---|---|---|
${rows.join('\n')}

Made by: ${remake}
`
}

function defaultOf(name: SettingName): string {
  const { fallback, fallbackInWords } = SETTINGS[name]
  return fallbackInWords ?? fallback ?? 'none'
}
