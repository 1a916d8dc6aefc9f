import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type AutomaticMail, getAutomaticMail } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { fullTime } from '../ui/format-time.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import css from './page.module.css'
import { Card, Facts } from './page.tsx'

/** What a mailbox answered by itself within 24 hours, what its limits held back, and for whom. */
export function AutomaticMailCard(props: { mailboxId: number }) {
  const { t, i18n } = useTranslation()
  const { call } = useApi()
  const timeStyle = useTimeStyle()
  const { mailboxId } = props
  const mail = useQuery({
    queryKey: ['automatic-mail', mailboxId],
    queryFn: () => call(getAutomaticMail, { params: { id: mailboxId } }),
    refetchInterval: 10_000,
  })
  if (mail.isPending) return null
  if (mail.data === undefined) return <Fault error={mail.error} onRetry={() => void mail.refetch()} />
  const { sent, held, heldUntil, insistent } = mail.data
  if (sent === 0 && held.length === 0 && heldUntil === null) return null
  const number = new Intl.NumberFormat(i18n.language)
  return (
    <Card title={t('automatic.title')}>
      <p className={css.sub}>{t('automatic.hint')}</p>
      <Facts
        facts={[
          [t('automatic.sent'), number.format(sent)],
          ...held.map(one => [t(`automatic.held.${one.by}`), number.format(one.count)] as const),
          ...(heldUntil === null
            ? []
            : [[t('automatic.heldUntil'), fullTime(new Date(heldUntil), timeStyle)] as const]),
        ]}
      />
      {insistent.length > 0 && <Insistent rows={insistent} />}
    </Card>
  )
}

function Insistent(props: { rows: AutomaticMail['insistent'] }) {
  const { t } = useTranslation()
  return (
    <>
      <p className={css.sub}>{t('automatic.insistent')}</p>
      <ul className={css.rows}>
        {props.rows.map(row => (
          <li key={row.address} className={css.row}>
            <div className={css.main}>
              <span className={css.title}>{row.address}</span>
              <p className={css.sub}>{t('automatic.wishes', { count: row.wishes })}</p>
            </div>
            <Link to="/tickets/$number" params={{ number: String(row.ticketNumber) }}>
              {t('automatic.latest', { number: row.ticketNumber })}
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}
