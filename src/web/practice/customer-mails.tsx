import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type PracticeCustomer, type PracticeMail, writeAsCustomer } from '../../shared/practice.ts'
import { useApi } from '../api.tsx'
import { useMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { MessageText } from '../ticket/message-text.tsx'
import { classNames } from '../ui/class-names.ts'
import { Fault } from '../ui/fault.tsx'
import { messageTime } from '../ui/format-time.ts'
import { useNotices } from '../ui/notices.tsx'
import { useForm } from '../ui/use-form.ts'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import css from './practice-page.module.css'

/** The mails of one practice customer, oldest first, with an answer to any and a new one. */
export function CustomerMails(props: { customer: PracticeCustomer }) {
  const { t } = useTranslation()
  const { customer } = props
  const [answered, setAnswered] = useState<PracticeMail>()
  const newest = customer.mails.findLast(mail => mail.direction === 'to-customer')
  return (
    <section className={css.mails} lang={customer.language} aria-label={customer.name}>
      <p className={css.sub}>{customer.address}</p>
      {customer.mails.map(mail => (
        <MailCard key={mail.uid} mail={mail} onAnswer={() => setAnswered(mail)} />
      ))}
      <WriteForm
        key={answered?.uid ?? newest?.uid ?? 'new'}
        customer={customer}
        answerTo={answered ?? newest}
        sendWords={t('practice.sendAs', { name: customer.name })}
      />
    </section>
  )
}

function MailCard(props: { mail: PracticeMail; onAnswer: () => void }) {
  const { t } = useTranslation()
  const now = useNow(30_000)
  const timeStyle = useTimeStyle()
  const { mail } = props
  const isReceived = mail.direction === 'to-customer'
  return (
    <article className={classNames(css.mail, isReceived && css.received)}>
      <header className={css.mailHead}>
        <span className={css.name}>{isReceived ? mail.from : t('practice.wrote', { to: mail.to })}</span>
        <time className={css.sub} dateTime={mail.at}>
          {messageTime(new Date(mail.at), now, timeStyle)}
        </time>
      </header>
      <p className={css.subject}>{mail.subject}</p>
      <MessageText text={mail.text} />
      {isReceived && (
        <Button variant="default" size="xs" mt={8} onClick={props.onAnswer}>
          {t('practice.answer')}
        </Button>
      )}
    </article>
  )
}

function WriteForm(props: {
  customer: PracticeCustomer
  answerTo: PracticeMail | undefined
  sendWords: string
}) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const practice = (useMailboxes().data ?? []).filter(mailbox => mailbox.kind === 'practice')
  const [isNew, setIsNew] = useState(props.answerTo === undefined)
  const { customer, answerTo } = props
  const form = useForm({ to: '', subject: '', text: '' }, async values => {
    const to = values.to || (practice[0]?.address ?? '')
    const fresh = { answerToUid: null, to, subject: values.subject }
    const kind = isNew || answerTo === undefined ? fresh : { answerToUid: answerTo.uid }
    await call(writeAsCustomer, { body: { customer: customer.address, text: values.text, ...kind } })
    form.set({ subject: '', text: '' })
    notices.done(t('practice.sent', { name: customer.name }))
    await queries.invalidateQueries({ queryKey: ['practice'] })
  })
  return (
    <form className={css.write} onSubmit={form.submit}>
      <p className={css.name}>
        {isNew || answerTo === undefined
          ? t('practice.newMail')
          : t('practice.answering', { subject: answerTo.subject })}
      </p>
      {isNew && (
        <>
          <NativeSelect
            label={t('details.to')}
            data={practice.map(mailbox => mailbox.address)}
            value={form.values.to || practice[0]?.address}
            onChange={event => form.set({ to: event.currentTarget.value })}
          />
          <TextInput
            label={t('details.subject')}
            maxLength={500}
            value={form.values.subject}
            onChange={event => form.set({ subject: event.currentTarget.value })}
          />
        </>
      )}
      <Textarea
        label={t('practice.text')}
        autosize
        minRows={3}
        maxRows={12}
        maxLength={20_000}
        required
        value={form.values.text}
        onChange={event => form.set({ text: event.currentTarget.value })}
      />
      {form.error !== undefined && <Fault error={form.error} />}
      <div className={css.writeFoot}>
        <Button type="submit" loading={form.isBusy}>
          {props.sendWords}
        </Button>
        {answerTo !== undefined && (
          <Button variant="default" onClick={() => setIsNew(!isNew)}>
            {t(isNew ? 'practice.answer' : 'practice.newMail')}
          </Button>
        )}
      </div>
    </form>
  )
}
