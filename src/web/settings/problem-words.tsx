import { Button } from '@mantine/core'
import type { MailProvider } from '../../shared/mail-provider.ts'
import type { CheckFacts } from '../../shared/mailbox-checks.ts'
import type { ServerAddress } from '../../shared/mailboxes.ts'
import { useTranslation } from '../texts.tsx'
import { CertificateCard } from './certificate-card.tsx'
import css from './page.module.css'
import { linkFor } from './problem-link.ts'

/**
 * What is wrong with a mail server, as a colleague would say it: what happened, why that is likely, what to do, and the
 * server's own words. Codes are those of mailbox problems (`smtp-` before one tells which server) and of the check list.
 */
export function ProblemWords(props: {
  code: string
  detail: string | null
  tone?: 'danger' | 'note'
  facts?: CheckFacts | null
  provider?: MailProvider | null
  address?: string | undefined
  onMend?: ((server: ServerAddress) => void) | undefined
}) {
  const { t, i18n } = useTranslation()
  const { facts = null, provider = null, onMend } = props
  const code = i18n.exists(`problem.${props.code}`) ? props.code : props.code.replace(/^smtp-/, '')
  const server = facts?.server
  const values = {
    code,
    name: provider?.name ?? t('problem.theProvider'),
    ...(server && { host: server.host, port: server.port }),
    ...(facts?.fullest && { folder: facts.fullest.path, count: facts.fullest.mails }),
  }
  const said = serverWords(props.detail)
  const link = linkFor(code, provider)
  const command = commandFor(code, server, props.address)
  const certificate = facts?.certificate
  return (
    <div className={css.problem} data-tone={props.tone}>
      {code !== props.code && <p>{t('server.smtp')}:</p>}
      <p>{t([`problem.${code}`, 'problem.unknown'], values)}</p>
      {['why', 'do'].map(part => {
        const key = `problem.${code}.${part}`
        return i18n.exists(key) ? <p key={part}>{t(key, values)}</p> : null
      })}
      {command !== null && (
        <p>
          {t('problem.command')} <code>{command}</code>
        </p>
      )}
      {link !== null && (
        <p>
          <a href={link} target="_blank" rel="noreferrer">
            {t('problem.providerPage', { name: values.name })}
          </a>
        </p>
      )}
      {facts?.didYouMean !== undefined && server !== undefined && (
        <p>
          {t('connect.didYouMean')}{' '}
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => onMend?.({ ...server, host: facts.didYouMean ?? server.host })}
          >
            {facts.didYouMean}
          </Button>
        </p>
      )}
      {certificate !== undefined && server !== undefined && (
        <CertificateCard code={code} certificate={certificate} server={server} onTrust={onMend} />
      )}
      {said !== null && (
        <p>
          {t('delivery.serverSaid')} <q>{said}</q>
        </p>
      )}
    </div>
  )
}

// A detail that begins with a code of ours is our own line for the log: no server said it.
function serverWords(detail: string | null): string | null {
  return detail === null || /^[a-z]+(?:-[a-z]+)+: /.test(detail) ? null : detail
}

/** What an administrator may run to see or mend it. */
function commandFor(
  code: string,
  server: ServerAddress | undefined,
  address: string | undefined,
): string | null {
  if (code === 'connection-timeout' && server !== undefined) return `nc -vz ${server.host} ${server.port}`
  if (code !== 'smtp-auth-off') return null
  return `Set-CASMailbox -Identity ${address ?? 'ADDRESS'} -SmtpClientAuthenticationDisabled $false`
}
