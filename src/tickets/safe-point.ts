/**
 * From where a client may resume the feed without missing anything: every transaction before `xid` had
 * ended and was delivered. `atS` is when it was handed out, in Unix seconds by the database's clock.
 */
export type SafePoint = { epoch: string; xid: string; atS: number }

// Partitions go two days after their last hint; an hour of slack for transactions that were still open.
const keptS = 47 * 3600

/** A safe point as the id of a server-sent event: `epoch-xid-seconds`. */
export function writeSafePoint(point: SafePoint): string {
  return `${point.epoch}-${point.xid}-${point.atS}`
}

/** Reads an id back; undefined for anything writeSafePoint did not make. */
export function readSafePoint(id: string): SafePoint | undefined {
  const match = /^([0-9a-f-]{36})-(\d{1,20})-(\d{1,12})$/.exec(id)
  const [, epoch, xid, atS] = match ?? []
  if (epoch === undefined || xid === undefined) return undefined
  return { epoch, xid, atS: Number(atS) }
}

/**
 * Whether a feed can go on from there: the same history of the database (its epoch), not from its
 * future, and younger than what has been dropped. Otherwise the client fetches everything anew.
 */
export function canResume(point: SafePoint, now: SafePoint): boolean {
  return point.epoch === now.epoch && BigInt(point.xid) <= BigInt(now.xid) && now.atS - point.atS < keptS
}
