import providers from '../../config/mail-providers.json' with { type: 'json' }

/** What a provider lets one mailbox send; what it does not limit is left out. Outsiders are in other domains. */
export type SendingLimits = {
  messagesPerMinute?: number
  messagesPerDay?: number
  recipientsPerDay?: number
  outsidersPerDay?: number
  /** Only where it is less than what one mail may have at all (`maxRecipients`). */
  recipientsPerMail?: number
  /** How many sessions of one account may send at once. */
  sessions?: number
}

const byHost = new Map(
  providers.flatMap(({ smtp, ...rest }) =>
    'limits' in rest && rest.limits !== undefined ? [[smtp.host, rest.limits as SendingLimits] as const] : [],
  ),
)

/**
 * What the provider behind a submission server lets a mailbox send, as `config/mail-providers.json` has it
 * (docs/decisions/0018); undefined where nothing is known of one: then its own word is waited for.
 */
export function sendingLimits(smtpHost: string | null): SendingLimits | undefined {
  return smtpHost === null ? undefined : byHost.get(smtpHost.toLowerCase())
}
