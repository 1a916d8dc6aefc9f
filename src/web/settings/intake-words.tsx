import { useQuery } from '@tanstack/react-query'
import { getMailIntake } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { Copied } from './copied.tsx'
import css from './page.module.css'

const SETTING = 'MAIL_INTAKE=lmtp:///run/letterdesk/lmtp.sock'

/** What to tell the mail server that hands in the mail of an address: the line for Postfix, for each door that is open. */
export function IntakeWords(props: { address: string }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const intake = useQuery({
    queryKey: ['mail-intake'],
    queryFn: () => call(getMailIntake),
    // A door opens without a hint of the live feed.
    refetchInterval: 5_000,
  })
  if (intake.isError) return <Fault error={intake.error} onRetry={() => void intake.refetch()} />
  if (intake.data === undefined) return null
  const { doors } = intake.data
  if (doors.length === 0) {
    return (
      <div className={css.problem} data-tone="note">
        <p>{t('intake.closed')}</p>
        <p>{t('intake.closedDo')}</p>
        <Copied label="MAIL_INTAKE" text={SETTING} />
      </div>
    )
  }
  const address = props.address === '' ? 'support@example.com' : props.address
  return (
    <>
      <p className={css.sub}>{t('intake.tell')}</p>
      {doors.map(door => (
        <Copied key={door} label={t('intake.transport')} text={`${address}  ${transportOf(door)}`} />
      ))}
      <p className={css.sub}>{t('intake.tellMore')}</p>
    </>
  )
}

/** A door as Postfix's transport(5) and lmtp(8) name it: `lmtp:unix:/run/x.sock`, `smtp:[127.0.0.1]:2525`. */
function transportOf(door: string): string {
  const [, protocol = '', place = ''] = /^(\w+):\/\/(.*)$/.exec(door) ?? []
  if (place.startsWith('/')) return `${protocol}:unix:${place}`
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(place) ?? []
  const name = host.includes(':') ? `IPv6:${host}` : host
  return protocol === 'lmtp' ? `lmtp:inet:[${name}]:${port}` : `smtp:[${name}]:${port}`
}
