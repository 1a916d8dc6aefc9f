import { seededRandom } from '../support/mails.ts'

/**
 * When the server is away, in milliseconds since the day began. `stumblesAfterBytes`: for its second half it is back, and
 * each connection breaks after so many bytes.
 */
export type Outage = { fromMs: number; untilMs: number; stumblesAfterBytes: number | null }

/** A day of a server: its outages in order, the long one among them, and when mail is delivered. */
export type Day = { outages: Outage[]; long: Outage; mailsAtMs: number[]; endsAtMs: number }

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** How long the server is up between two outages, and away at most. */
type Manner = { up: [leastMs: number, mostMs: number]; mostDownMs: number }

// Each outage is over before somebody has to be told, the step of the back-off that follows it included.
const seldom: Manner = { up: [8 * minuteMs, 40 * minuteMs], mostDownMs: 45_000 }
const often: Manner = { up: [20_000, 60_000], mostDownMs: 20_000 }

/**
 * Makes up a day of 24 hours: short outages all along, half an hour in which there is one a minute, and
 * one outage of three hours. Mail comes all day. The last hour is calm.
 */
export function planDay(options: { seed: number; mails: number }): Day {
  const random = seededRandom(options.seed)
  const between = (least: number, most: number) => Math.round(least + random() * (most - least))
  const outages: Outage[] = []
  const flap = (startMs: number, endMs: number, { up, mostDownMs }: Manner) => {
    const [least, most] = up
    for (let atMs = startMs + between(least, most); ; ) {
      const untilMs = atMs + between(2_000, mostDownMs)
      if (untilMs >= endMs) return
      outages.push({
        fromMs: atMs,
        untilMs,
        stumblesAfterBytes: random() < 0.3 ? between(3_000, 20_000) : null,
      })
      atMs = untilMs + between(least, most)
    }
  }
  const longAtMs = between(9 * hourMs, 10 * hourMs)
  const long = { fromMs: longAtMs, untilMs: longAtMs + 3 * hourMs, stumblesAfterBytes: null }
  flap(0, longAtMs - 10 * minuteMs, seldom)
  outages.push(long)
  flap(long.untilMs + 30 * minuteMs, 16 * hourMs, seldom)
  flap(16 * hourMs, 16.5 * hourMs, often)
  flap(16.5 * hourMs, 23 * hourMs, seldom)
  const mailsAtMs = Array.from({ length: options.mails }, () => between(minuteMs, 23.9 * hourMs))
  return { outages, long, mailsAtMs: mailsAtMs.sort((a, b) => a - b), endsAtMs: 24 * hourMs }
}
