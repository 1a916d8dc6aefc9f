import { PROVIDERS, type SendingLimits } from './mail-providers.ts'

const byHost = new Map(
  PROVIDERS.flatMap(({ smtp, limits }) =>
    smtp === undefined || limits === undefined ? [] : [[smtp.host, limits] as const],
  ),
)

/**
 * What the provider behind a submission server lets a mailbox send, as `config/mail-providers.json` has it
 * (docs/decisions/0018); undefined where nothing is known of one: then its own word is waited for.
 */
export function sendingLimits(smtpHost: string | null): SendingLimits | undefined {
  return smtpHost === null ? undefined : byHost.get(smtpHost.toLowerCase())
}
