import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One real mail: `name` is its path below the corpus (`talon/eml/x.eml`), `read` gives its bytes. */
export type CorpusMail = { name: string; file: string; read(): Promise<Buffer> }

/**
 * Where the mail corpus lies: beside the repository, never in it. Throws when it is missing, since a
 * test over no mail proves nothing.
 */
export function corpusDir(): string {
  const dir = new URL('../../../shared/corpus/open', import.meta.url).pathname
  if (!existsSync(dir)) throw new Error(`the mail corpus is missing: ${dir}`)
  return dir
}

/** Every `.eml` of the corpus in a stable order; never an empty list. */
export async function listCorpus(): Promise<CorpusMail[]> {
  const dir = corpusDir()
  const names = (await readdir(dir, { recursive: true })).filter(name => name.endsWith('.eml')).sort()
  if (names.length === 0) throw new Error(`no .eml below ${dir}`)
  return names.map(name => ({ name, file: join(dir, name), read: () => readFile(join(dir, name)) }))
}
