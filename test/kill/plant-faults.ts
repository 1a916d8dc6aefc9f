import { cp, mkdir, mkdtemp, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Fault = { file: string; pattern: string; replacement: string }

/** The UID that the changed copy never fetches. */
export const skippedUid = 5

const FAULTS: readonly Fault[] = [
  {
    file: 'src/inbound/catch-up-folder.ts',
    pattern: 'const plain = uids.filter(uid => !suspects.has(uid))',
    replacement: `const plain = uids.filter(uid => !suspects.has(uid) && uid !== ${skippedUid})`,
  },
  {
    file: 'src/outbound/deliver-message.ts',
    pattern: "  if (end.end === 'answered' && end.reply.code < 400) return { end, session }\n",
    replacement: `  if (claim.messageId % 3 === 0) {
    const second = await context.sessions.open(account, context.trust)
    await second.connection.send({ from, recipients, bytes }, async () => {})
    second.connection.close()
  }
  if (end.end === 'answered' && end.reply.code < 400) return { end, session }
`,
  },
]

/**
 * Makes a copy of the product that leaves one mail of each mailbox unfetched and sends some replies
 * once more, so that a run on it proves that the count would notice.
 *
 * @returns its folder, ending in `/`
 * @throws Error when the source no longer reads as expected: the faults must be planted anew
 */
export async function plantFaults(root: string): Promise<string> {
  const copy = `${await mkdtemp(join(tmpdir(), 'letterdesk-planted-'))}/`
  for (const name of ['src', 'migrations', 'templates', 'config', 'package.json', 'package-lock.json']) {
    await cp(join(root, name), join(copy, name), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const { file, pattern, replacement } of FAULTS) {
    const text = await readFile(join(copy, file), 'utf8')
    if (text.split(pattern).length !== 2) throw new Error(`not once in ${file}: ${pattern}`)
    await writeFile(
      join(copy, file),
      text.replace(pattern, () => replacement),
    )
  }
  await writeEmptyWebApp(copy)
  return copy
}

/** No browser opens the copy: an empty page newer than its sources keeps Vite from building one. */
async function writeEmptyWebApp(copy: string): Promise<void> {
  await mkdir(join(copy, 'dist/web'), { recursive: true })
  const page = join(copy, 'dist/web/index.html')
  await writeFile(page, '<!doctype html><title>Letterdesk</title>')
  const later = new Date(Date.now() + 3_600_000)
  await utimes(page, later, later)
}
