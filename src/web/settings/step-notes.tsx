import type { CheckStep } from '../../shared/mailbox-checks.ts'
import { useTranslation } from '../texts.tsx'
import css from './check-list.module.css'

/** What a step that went well learned, in one small line. */
export function StepNotes(props: { step: CheckStep }) {
  const { t, i18n } = useTranslation()
  const { step, ok, facts } = props.step
  if (!ok || facts === null) return null
  const { server, switched, tlsVersion, certificate, mails } = facts
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' })
  const notes = [
    step.endsWith('-connect') && server !== undefined && `${server.host}:${server.port}`,
    switched === true && t('check.switched'),
    step.endsWith('-secure') &&
      certificate !== undefined &&
      t('check.tls', {
        version: tlsVersion?.replace('v', ' '),
        date: day.format(new Date(certificate.validUntil)),
      }),
    step === 'imap-folders' && mails !== undefined && t('check.mails', { count: mails }),
    facts.keepsMessageId === false && t('check.rewritesId'),
    facts.keepsDate === false && t('check.rewritesDate'),
    facts.filesSent === true && t('check.filesSent'),
  ].filter(note => typeof note === 'string')
  return notes.length === 0 ? null : <span className={css.notes}>{notes.join(' · ')}</span>
}
