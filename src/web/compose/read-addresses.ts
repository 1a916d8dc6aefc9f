// The rule of the contract's EmailAddress; the server checks again.
const ADDRESS = /^[^\s@<>,;:"()]+@[^\s@<>,;:"()]+$/

/**
 * Reads typed or pasted addresses: `a@x.bg, "Ivana" <b@x.bg>; c@x.bg`.
 *
 * @returns the addresses, and what could not be read as one, for the field to keep
 */
export function readAddresses(typed: string): { addresses: string[]; rest: string } {
  const addresses: string[] = []
  const unread: string[] = []
  for (const part of typed.split(/[,;\n]+/)) {
    const address = (/<([^<>]*)>\s*$/.exec(part)?.[1] ?? part).trim()
    if (address === '') continue
    if (ADDRESS.test(address)) addresses.push(address)
    else unread.push(part.trim())
  }
  return { addresses: [...new Set(addresses)], rest: unread.join(', ') }
}
