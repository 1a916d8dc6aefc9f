/** Where in an SMTP session the sink asks its rule: `data` is the command, `final` the reply to the dot. */
export type SinkStage = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data' | 'final'

/** One question the sink asked its rule; `raw` is the whole mail, at `final` only. */
export type SinkEvent = {
  stage: SinkStage
  /** Of one connection, from greeting to goodbye. */
  session: string
  at: Date
  user: string | null
  from: string | null
  recipient: string | null
  to: string[]
  raw: Buffer | null
}

/**
 * What the sink does instead of going on. `reply`: says that, 4xx or 5xx. `drop`: closes the
 * connection: at `final`, `before-reply` has accepted and logged the mail but never says so, and
 * `after-reply` says 250 first. `stallMs`: is silent so long, `stallUntil`: until that has come, then answers `then`
 * or goes on.
 */
export type SinkAnswer =
  | { reply: number; text: string }
  | { drop: 'before-accepting' | 'before-reply' | 'after-reply' }
  | { stallMs: number; then?: SinkAnswer }
  | { stallUntil: Promise<unknown>; then?: SinkAnswer }

/** Asked at every stage; undefined means: go on as a healthy server does. */
export type SinkRule = (event: SinkEvent) => SinkAnswer | undefined

export type RuleLimits = { times?: number; recipient?: string }

/** A rule for one stage: at most `times` times (default: always), for one recipient or every one. */
export function answerAt(stage: SinkStage, answer: SinkAnswer, limits: RuleLimits = {}): SinkRule {
  let left = limits.times ?? Number.POSITIVE_INFINITY
  return event => {
    const applies = event.stage === stage && concerns(event, limits.recipient)
    if (!applies || left === 0) return undefined
    left -= 1
    return answer
  }
}

/** Refuses addresses that begin with `gone.`, as a server that does not know them. */
export function refuseGone(words: string): SinkRule {
  return ({ stage, recipient }) =>
    stage === 'rcpt' && recipient?.startsWith('gone.') ? { reply: 550, text: `5.1.1 ${words}` } : undefined
}

/** The first rule that has an answer decides. */
export function firstOf(...rules: SinkRule[]): SinkRule {
  return event => {
    for (const rule of rules) {
      const answer = rule(event)
      if (answer) return answer
    }
    return undefined
  }
}

function concerns(event: SinkEvent, recipient: string | undefined): boolean {
  return recipient === undefined || event.recipient === recipient || event.to.includes(recipient)
}
