const BASE = 2 ** 32 // UIDVALIDITY is an unsigned 32-bit number (RFC 3501 §2.3.1.1)

/**
 * One numbering of a folder's mails, as it stands in `uid_validity` of our tables: the server's
 * UIDVALIDITY, plus n × 2³² for the n-th time that a server began to give out its numbers again without
 * saying so (restored from a backup: UIDNEXT below a UID we have seen).
 */
export type Generation = number

/** The UIDVALIDITY the server shows for this generation. */
export function serverUidValidity(generation: Generation): number {
  return generation % BASE
}

/** The generation after one whose numbers are given out again under the same UIDVALIDITY. */
export function nextGeneration(generation: Generation): Generation {
  return generation + BASE
}
