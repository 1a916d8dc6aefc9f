/** Every background job: its name and what it is told. A payload holds ids, never secrets or mail text. */
export type Jobs = {
  /** Answers a new ticket's first message automatically, if the rules allow it. */
  acknowledge_ticket: { ticketId: number; messageId: number }
  /** Takes a mail of uncertain fate for sent: an answer to it or its bounce has come. */
  settle_proven_mail: { messageId: number }
  /** Mails a one-time link to the agent it was made for; the token is derived from the link's id. */
  mail_agent: { linkId: number }
  /** Tells an agent who is not at the screen which of their replies did not arrive. */
  mail_failures: { agentId: number }
  /** Looks whom a digest of what they have not seen is due to. */
  find_digests: Record<string, never>
  /** Mails an agent what they have not seen. */
  mail_digest: { agentId: number }
  /** Brings back the tickets that were put away until now. */
  wake_tickets: Record<string, never>
  /** Takes a team off the tickets it has where it no longer works. The agent changed or removed the team. */
  release_team_tickets: { teamId: number; agentId: number }
  /** Looks whether the records of the keys that sign mail are still right. */
  watch_dkim_records: Record<string, never>
  /** Looks at how mailboxes are doing, and opens and closes alerts. */
  watch_health: Record<string, never>
  /** Tells an admin, or whoever listens behind the webhook (null), of an alert: `opened`, `stage-3` or `healed`. */
  tell_alert: { alertId: number; what: string; agentId: number | null }
  /** Queues the hourly mail of each mailbox that sends itself one. */
  send_canaries: Record<string, never>
  /** Sends a mailbox a mail from itself and sees it come back. */
  send_canary: { mailboxId: number }
  /** Looks up the records of the domains that mail is written from, each once a day. */
  check_domains: Record<string, never>
  /** Makes the live feed's partitions of the next days and drops old ones. */
  keep_live_partitions: Record<string, never>
  /** Erases what was thrown away so long ago as admins chose, or what somebody emptied the Trash of. */
  empty_trash: Record<string, never>
  /** Frees the bytes of what was erased. */
  free_blobs: Record<string, never>
  /** Seals stored secrets anew that another key than the active one made. */
  seal_anew: Record<string, never>
  /** Deletes what has expired: sessions, links, uploads never sent, counters of attempts. */
  clean_up: Record<string, never>
}

export type JobName = keyof Jobs

/** One job to be done once the transaction commits, or at `runAt`. `key`: a second one replaces the first. */
export type Job = {
  [Name in JobName]: { name: Name; payload: Jobs[Name]; runAt?: Date; key?: string }
}[JobName]

/** Who does each job. A handler may run twice for one job and must not mind. */
export type JobHandlers = { [Name in JobName]: (payload: Jobs[Name]) => Promise<void> }

// What a server of mail or a webhook keeps from somebody. Graphile-worker waits exp(least(attempt, 10)) seconds after an
// attempt: 12 tries end after 15.8 hours, a night in which nobody mends the server, and 21 after 3 days less an hour.
const threeDayTries = 21

/** How often a failing job is tried. */
export const jobAttempts: Readonly<Record<JobName, number>> = {
  acknowledge_ticket: 8,
  settle_proven_mail: 8,
  mail_agent: threeDayTries,
  mail_failures: threeDayTries,
  find_digests: 3, // the next minute looks again
  mail_digest: threeDayTries,
  wake_tickets: 3, // the next minute looks again
  release_team_tickets: 12,
  watch_dkim_records: 3,
  watch_health: 1, // the next minute looks again
  tell_alert: threeDayTries,
  send_canaries: 1,
  send_canary: 1, // a second mail would be another one
  check_domains: 3,
  keep_live_partitions: 5,
  empty_trash: 5,
  free_blobs: 3,
  seal_anew: 12,
  clean_up: 3,
}

/** The names in the list: a start without a handler for each of them fails. */
export const JOB_NAMES = Object.keys(jobAttempts) as JobName[]
