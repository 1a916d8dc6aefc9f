import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { getReplySender } from '../../shared/reply-sender.ts'
import type { Ticket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import css from './reply-sender.module.css'

/** As whom the reply goes out, and the signature that is put below it: seen, and not to be edited by accident. */
export function ReplySender(props: { ticket: Ticket }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const { number, mailboxId, version } = props.ticket
  const sender = useQuery({
    queryKey: ['reply-sender', number, mailboxId, version],
    queryFn: () => call(getReplySender, { params: { number } }),
    placeholderData: previous => previous,
  }).data
  if (sender === undefined) return null
  const { from, signature } = sender
  return (
    <div className={css.sender}>
      <p>{t('compose.from', { name: from.name ?? '', address: from.address })}</p>
      {signature !== '' && <p className={css.signature}>{signature}</p>}
    </div>
  )
}
