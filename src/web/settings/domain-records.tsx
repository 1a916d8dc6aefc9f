import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { checkDomainRecords, type DomainRecord, type SendingDomain } from '../../shared/health.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { fullTime } from '../ui/format-time.ts'
import { useForm } from '../ui/use-form.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import { Copied } from './copied.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'

/** Whether mail comes to each domain and its own mail is believed, and exactly what to enter where it is not. */
export function DomainRecords(props: { domains: readonly SendingDomain[] }) {
  const { t } = useTranslation()
  if (props.domains.length === 0) return null
  return (
    <Card title={t('domains.title')}>
      <p className={css.sub}>{t('domains.hint')}</p>
      {props.domains.map(domain => (
        <Domain key={domain.domain} domain={domain} />
      ))}
    </Card>
  )
}

function Domain(props: { domain: SendingDomain }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const timeStyle = useTimeStyle()
  const { domain, isOurs, checkedAt, records, mailboxIds } = props.domain
  const check = useForm({}, async () => {
    await call(checkDomainRecords, { params: { domain } })
    await queries.invalidateQueries({ queryKey: ['health'] })
  })
  return (
    <section className={css.group} aria-label={domain}>
      <div className={css.row}>
        <div className={css.main}>
          <h3 className={css.title}>{domain}</h3>
          <p className={css.sub}>
            {!isOurs && t('domains.ofProvider')}
            {isOurs && checkedAt === null && t('domains.unchecked')}
            {checkedAt !== null && t('dkim.checkedAt', { time: fullTime(new Date(checkedAt), timeStyle) })}
          </p>
        </div>
        {isOurs && (
          <Button variant="default" size="xs" loading={check.isBusy} onClick={() => check.submit()}>
            {t('domains.check')}
          </Button>
        )}
      </div>
      {check.error !== undefined && <Fault error={check.error} />}
      {isOurs && records !== null && (
        <ul className={css.rows}>
          {records.map(record => (
            <RecordLine
              key={`${record.kind} ${record.add?.name ?? ''}`}
              record={record}
              mailboxId={mailboxIds[0]}
            />
          ))}
        </ul>
      )}
    </section>
  )
}

const TONES = { right: 'ok', missing: 'danger', wrong: 'danger', several: 'danger', unknown: 'warn' } as const

function RecordLine(props: { record: DomainRecord; mailboxId: number | undefined }) {
  const { t } = useTranslation()
  const { kind, state, note, found, add } = props.record
  return (
    <li className={css.row}>
      <div className={css.main}>
        <p className={css.title}>{t(`domains.kind.${kind}`)}</p>
        <p className={css.sub}>{t(`domains.what.${kind}`)}</p>
      </div>
      <span className={css.badge} data-tone={TONES[state]}>
        {t(`domains.state.${state}`)}
      </span>
      {(note !== null || add !== null || found.length > 0) && (
        <div className={css.whole}>
          {note !== null && <p>{t(`domains.note.${note}`)}</p>}
          {note === 'own-signing' && props.mailboxId !== undefined && (
            <p>
              <Link to="/settings/mailboxes/$id" params={{ id: String(props.mailboxId) }}>
                {t('dkim.title')}
              </Link>
            </p>
          )}
          {found.length > 0 && (
            <p className={css.sub}>
              {t('dkim.found')} <code>{found.join(' · ')}</code>
            </p>
          )}
          {add !== null && <RecordToEnter add={add} isNew={found.length === 0} />}
        </div>
      )}
    </li>
  )
}

function RecordToEnter(props: { add: NonNullable<DomainRecord['add']>; isNew: boolean }) {
  const { t } = useTranslation()
  const { name, type, value } = props.add
  return (
    <div className={css.form}>
      <p>{t(props.isNew ? 'domains.add' : 'domains.replace', { type })}</p>
      <Copied label={t('dkim.name')} text={name} />
      {value !== null && <Copied label={t('dkim.value')} text={value} />}
    </div>
  )
}
