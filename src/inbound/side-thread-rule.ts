/** Who belongs to a ticket and to its side threads; addresses in normal form. */
export type Circles = {
  participants: ReadonlySet<string>
  /** Whom agents wrote to, by side thread. */
  sideThreads: ReadonlyMap<number, ReadonlySet<string>>
}

/**
 * Which side thread of its ticket a mail belongs to, or null for the exchange with the customer.
 *
 * The mail it answers decides, except that nobody gets into the other circle by that alone: the customer who answers a
 * copy somebody showed them writes to us as ever, and a third party who shows an id of the customer's exchange stays
 * in theirs. Who belongs to neither is taken to where the id leads.
 *
 * @param sender normal form; null where the mail says none
 * @param shown the side thread of the message or token that led here, null for the customer's exchange
 */
export function decideSideThread(
  sender: string | null,
  circles: Circles,
  shown: number | null,
): number | null {
  if (sender === null) return shown
  const isParticipant = circles.participants.has(sender)
  if (shown !== null) {
    const isTheirs = circles.sideThreads.get(shown)?.has(sender) === true
    return isTheirs || !isParticipant ? shown : null
  }
  if (isParticipant) return null
  const own = [...circles.sideThreads].filter(([, people]) => people.has(sender)).map(([id]) => id)
  return own.length === 0 ? null : Math.max(...own)
}
