import { copyProduct, type PlantedChange, plantChange } from '../support/planted-copy.ts'

/** The UID that the changed copy never fetches. */
export const skippedUid = 5

const FAULTS: readonly PlantedChange[] = [
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
  const copy = await copyProduct(root)
  for (const fault of FAULTS) await plantChange(copy, fault)
  return copy
}
