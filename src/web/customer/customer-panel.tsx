import { Link } from '@tanstack/react-router'
import { Check, Copy, Paperclip, X } from 'lucide-react'
import { memo, useDeferredValue, useMemo } from 'react'
import { type AttachmentInfo, downloadAttachment, type Ticket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { apiUrl } from '../call.ts'
import { useTranslation } from '../texts.tsx'
import { SenderBadge } from '../ticket/sender-words.tsx'
import { useTicket } from '../ticket/use-ticket.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Fault } from '../ui/fault.tsx'
import { fullDay, listTime, sizeWords } from '../ui/format-time.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { plainName } from '../ui/plain-name.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { useCopy } from '../ui/use-copy.ts'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import { CustomFields } from './custom-fields.tsx'
import { CustomerLanguage, CustomerName, CustomerNote, CustomerPhone } from './customer-fields.tsx'
import css from './customer-panel.module.css'
import { LocalTime } from './local-time.tsx'
import { MergedPeople } from './merged-people.tsx'
import { personName } from './person-name.ts'
import { type CustomerView, useCustomer } from './use-customer.ts'

/** Beside a ticket: who its customer is, what else they wrote about, and the files they sent. */
export function CustomerPanel(props: {
  number: number
  /** Another ticket is shown by now, and its customer not yet. */
  isBehind: boolean
  onClose: () => void
}) {
  const { t } = useTranslation()
  const view = useCustomer(props.number)
  // Who has come is drawn in pieces, between which keys are heard.
  const now = useMemo(() => ({ number: props.number, view: view.data }), [props.number, view.data])
  const shown = useDeferredValue(now)
  const isBehind = props.isBehind || shown !== now
  return (
    <aside className={css.panel} aria-label={t('customer.panel')} data-behind={isBehind}>
      <div className={css.head}>
        <h2>{t('customer.panel')}</h2>
        <IconButton icon={X} name={t('action.dismiss')} command="customer" onClick={props.onClose} />
      </div>
      {view.isError && <Fault error={view.error} onRetry={() => void view.refetch()} />}
      {view.isPending ? (
        <Skeleton rows={3} />
      ) : (
        shown.view !== undefined && <Content number={shown.number} view={shown.view} />
      )}
    </aside>
  )
}

const Content = memo(function Content(props: { number: number; view: CustomerView }) {
  const { t } = useTranslation()
  const ticket = useTicket(props.number).data
  const { customer } = props.view
  if (customer === null) return <p className={css.none}>{t('customer.none')}</p>
  const lastMail = ticket?.messages.findLast(one => one.direction === 'inbound' && one.sender !== null)
  return (
    <>
      <section className={css.person}>
        <Avatar name={personName(customer)} />
        <CustomerName key={customer.id} customer={customer} />
        {customer.utcOffsetMinutes !== null && (
          <LocalTime name={personName(customer)} utcOffsetMinutes={customer.utcOffsetMinutes} />
        )}
        <ul className={css.addresses}>
          {customer.addresses.map(address => (
            <li key={address}>
              <span className={css.address}>{address}</span>
              <CopyAddress address={address} />
            </li>
          ))}
        </ul>
        {lastMail !== undefined && <SenderBadge message={lastMail} />}
      </section>
      <CustomerPhone key={`phone-${customer.id}`} customer={customer} />
      <CustomerLanguage customer={customer} />
      <CustomFields key={`fields-${customer.id}`} customer={customer} />
      <CustomerNote key={`note-${customer.id}`} customer={customer} />
      <OtherTickets view={props.view} />
      {ticket !== undefined && <Files ticket={ticket} />}
      <MergedPeople customer={customer} merged={props.view.merged} />
    </>
  )
})

function CopyAddress(props: { address: string }) {
  const { t } = useTranslation()
  const { isCopied, copy } = useCopy()
  return (
    <IconButton
      icon={isCopied ? Check : Copy}
      name={t('customer.copy', { address: props.address })}
      hint={t(isCopied ? 'action.copied' : 'action.copy')}
      isSmall
      onClick={() => copy(props.address)}
    />
  )
}

function OtherTickets(props: { view: CustomerView }) {
  const { t } = useTranslation()
  const now = useNow(60_000)
  const style = useTimeStyle()
  const { tickets, ticketCount, customer } = props.view
  return (
    <section className={css.part}>
      {ticketCount === 0 && customer !== null ? (
        <p className={css.none}>{t('customer.first', { date: fullDay(new Date(customer.since), style) })}</p>
      ) : (
        <h3>{t('customer.tickets', { count: ticketCount })}</h3>
      )}
      <ul className={css.tickets}>
        {tickets.map(one => (
          <li key={one.number}>
            <Link
              to="/queue/$queue/$number"
              params={{ queue: 'all', number: one.number }}
              className={css.ticket}
            >
              <span className={css.subject}>
                #{one.number} {one.subject === '' ? t('ticket.noSubject') : one.subject}
              </span>
              <span className={css.meta}>
                {t(`state.${one.state}`)} · {listTime(new Date(one.lastMessageAt), now, style)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Files(props: { ticket: Ticket }) {
  const { t, i18n } = useTranslation()
  const { appBase } = useApi()
  const files: AttachmentInfo[] = props.ticket.messages
    .filter(message => message.direction === 'inbound')
    .flatMap(message => message.attachments)
    .filter(file => !file.isMinor)
  if (files.length === 0) return null
  return (
    <section className={css.part}>
      <h3>{t('customer.files', { count: files.length })}</h3>
      <ul className={css.files}>
        {files.map(file => (
          <li key={file.id}>
            <a
              href={apiUrl(appBase, downloadAttachment.path, { params: { id: file.id } })}
              download={plainName(file.filename)}
              className={css.file}
            >
              <Paperclip size={14} strokeWidth={1.75} aria-hidden />
              <span className={css.subject}>{plainName(file.filename) || t('message.unnamedFile')}</span>
              <span className={css.meta}>{sizeWords(file.sizeBytes, i18n.language)}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
