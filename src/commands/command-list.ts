import { text } from 'node:stream/consumers'
import { type Environment, loadConfig } from '../config.ts'
import { AppError } from '../lib/app-error.ts'
import type { CommandOptions } from './create-agent.ts'
import { keepCompiled } from './keep-compiled.ts'

/**
 * What the command line offers: `letterdesk NAME`, in a clone `npm run letterdesk -- NAME`. Each loads its
 * own file only: a health check every few seconds must not load the whole server.
 */
type Command = {
  sentence: string
  /** Its options: `--switch`, or `--name=` where a value follows. */
  options: readonly string[]
  /** The command takes what stands beside the options: names of files, or what to do. */
  takesWords?: true
  /** @returns the exit code */
  run: (options: CommandOptions, env: Environment, words: readonly string[]) => Promise<number>
}

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    sentence: 'starts the inbox (the default); --practice connects practice mailboxes',
    options: ['--practice'],
    run: async (options, env) => {
      const loaded = loadConfig(env)
      keepCompiled(loaded.config.dataDir)
      const { serve } = await import('./serve.ts')
      return await serve({ practice: options.has('--practice') }, env, loaded)
    },
  },
  migrate: {
    sentence: 'brings the database schema to this version and ends',
    options: [],
    run: async (_options, env) => (await import('./migrate.ts')).runMigrate(env),
  },
  'create-agent': {
    sentence:
      'adds an agent: --email= --name= --role=owner|admin|agent --language=; --password-stdin, else it prints their link',
    options: ['--email=', '--name=', '--role=', '--language=', '--password-stdin'],
    run: async (options, env) =>
      (await import('./create-agent.ts')).createAgent(options, env, () => text(process.stdin)),
  },
  'refile-mail': {
    sentence: 'puts all quarantined mail back to be filed, with the inbox stopped or on an own Postgres',
    options: [],
    run: async (_options, env) => (await import('./refile-mail.ts')).refileMail(env),
  },
  import: {
    sentence:
      'files old mail of mbox files, Maildirs and folders of .eml: --mailbox=ADDRESS PATH…; --state=closed|open --sent --dry-run',
    options: ['--mailbox=', '--state=', '--sent', '--dry-run'],
    takesWords: true,
    run: async (options, env, paths) => (await import('./import-mail.ts')).importMail(options, env, paths),
  },
  'trace-mail': {
    sentence:
      'prints what the log says of one mail: --row= or --message= or --ticket=, and the files of the log',
    options: ['--row=', '--message=', '--ticket='],
    takesWords: true,
    run: async (options, _env, paths) => (await import('./trace-mail.ts')).traceMail(options, paths),
  },
  'rotate-key': {
    sentence:
      'makes a new key: credentials, tokens, sessions or links; --compromised revokes those before it; alone it lists them',
    options: ['--compromised'],
    takesWords: true,
    run: async (options, env, words) =>
      (await import('./rotate-key.ts')).rotateKeyCommand(options, env, words),
  },
  'check-mailbox': {
    sentence: 'signs in to the servers of every connected mailbox and says what fails (exit code 1)',
    options: [],
    run: async (_options, env) => (await import('./check-mailbox.ts')).checkMailboxes(env),
  },
  'check-health': {
    sentence: 'asks the running inbox whether it is ready (exit code 1: no)',
    options: [],
    run: async (_options, env) => (await import('./check-health.ts')).checkHealth(env),
  },
  'build-web': {
    sentence: 'builds the web app into dist/web',
    options: [],
    run: async () => (await import('./build-web.ts')).buildWebBundle(),
  },
  'config-docs': {
    sentence:
      'prints nothing when the documents of the settings are current (--check), or writes them (--write)',
    options: ['--check', '--write'],
    run: async options =>
      (await import('./config-docs.ts')).writeConfigDocs(options.has('--write') ? 'write' : 'check'),
  },
}

/**
 * Runs what the command line names; options alone, or nothing, mean `serve`.
 *
 * @param args without the program
 * @returns the exit code
 * @throws AppError `bad-command` with all commands for an unknown name or option
 */
export async function runCommand(args: readonly string[], env: Environment): Promise<number> {
  const [first, ...rest] = args
  const isNamed = first !== undefined && !first.startsWith('-')
  const name = isNamed ? first : 'serve'
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  const given = isNamed ? rest : args
  const options = joinValues(given, command?.options ?? []).map(readOption)
  const words = options.filter(({ form }) => !form.startsWith('-')).map(({ name: word }) => word)
  const isUnknown = ({ form }: { form: string }) =>
    form.startsWith('-') ? !command?.options.includes(form) : command?.takesWords !== true
  if (command === undefined || options.some(isUnknown)) {
    throw new AppError('bad-command', `no such command: ${args.join(' ')}\n${listCommands()}`)
  }
  return await command.run(new Map(options.map(option => [option.name, option.value])), env, words)
}

/** `--name value` is read as `--name=value`, where the option takes one. */
function joinValues(given: readonly string[], forms: readonly string[]): string[] {
  const joined: string[] = []
  for (const word of given) {
    const before = joined.at(-1) ?? ''
    if (forms.includes(`${before}=`)) joined[joined.length - 1] = `${before}=${word}`
    else joined.push(word)
  }
  return joined
}

/** `form` is how the list above writes it; a word that is no option is its own name. */
function readOption(given: string): { name: string; value: string; form: string } {
  if (!given.startsWith('-')) return { name: given, value: '', form: given }
  const end = given.indexOf('=')
  if (end < 0) return { name: given, value: '', form: given }
  return { name: given.slice(0, end), value: given.slice(end + 1), form: given.slice(0, end + 1) }
}

function listCommands(): string {
  return Object.entries(COMMANDS)
    .map(([name, command]) => `  ${name.padEnd(13)} ${command.sentence}`)
    .join('\n')
}
