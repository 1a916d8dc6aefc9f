/** An alias with what it has of its own; without a name it writes under the mailbox's. */
export type AliasDetails = { address: string; name: string | null; signature: string }

/** Every alias of a mailbox, in its order, with its name and signature where it has them. */
export function aliasDetailsOf(row: { aliases: readonly string[]; alias_details: unknown }): AliasDetails[] {
  const details = row.alias_details as readonly AliasDetails[] // connect-mailbox.ts wrote it
  return row.aliases.map(
    address => details.find(one => one.address === address) ?? { address, name: null, signature: '' },
  )
}

/** Whether an alias has anything besides its address. */
export function hasOwnWords({ name, signature }: AliasDetails): boolean {
  return name !== null || signature.trim() !== ''
}
