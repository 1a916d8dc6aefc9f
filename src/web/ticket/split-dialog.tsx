import { Button, Checkbox, Modal } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { previewSplit, type SplitPreview } from '../../shared/placing.ts'
import type { Message, Ticket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { messageTime } from '../ui/format-time.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import { useAuthorName } from './author-name.ts'
import { ownWords } from './folds.ts'
import merge from './merge-dialog.module.css'
import css from './split-dialog.module.css'
import { splittable } from './splittable.ts'
import { usePlacing } from './use-placing.ts'

/** Chooses messages of a ticket that become one of their own, and shows what that makes before it is done. */
export function SplitDialog(props: { ticket: Ticket; chosenIds: readonly number[]; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened
      onClose={props.onClose}
      size="lg"
      title={t('split.title')}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      <SplitForm {...props} />
    </Modal>
  )
}

function SplitForm(props: { ticket: Ticket; chosenIds: readonly number[]; onClose: () => void }) {
  const { t } = useTranslation()
  const { split } = usePlacing()
  const { ticket } = props
  const messages = splittable(ticket)
  const [wanted, setWanted] = useState<ReadonlySet<number>>(new Set(props.chosenIds))
  const [isBusy, setIsBusy] = useState(false)
  // What somebody moved away meanwhile is not among them any more.
  const chosen = messages.map(message => message.id).filter(id => wanted.has(id))
  const staying =
    ticket.messages.filter(({ mailboxId }) => mailboxId === ticket.mailboxId).length - chosen.length
  const canSplit = chosen.length > 0 && staying > 0
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!canSplit || isBusy) return
    setIsBusy(true)
    await split(ticket.number, chosen)
    props.onClose()
  }
  const toggle = (id: number, isOn: boolean) =>
    setWanted(ids => new Set(isOn ? [...ids, id] : [...ids].filter(one => one !== id)))
  const first = chosen[0] ?? messages[0]?.id
  return (
    <form className={merge.preview} onSubmit={event => void submit(event)}>
      <fieldset className={css.messages} onKeyDown={walk}>
        <legend className={css.legend}>{t('split.choose')}</legend>
        {messages.map(message => (
          <MessageChoice
            key={message.id}
            message={message}
            isChosen={wanted.has(message.id)}
            hasFocus={message.id === first}
            onToggle={isOn => toggle(message.id, isOn)}
          />
        ))}
      </fieldset>
      <div className={css.outcome} aria-live="polite">
        {chosen.length === 0 && <p className={css.hint}>{t('split.none')}</p>}
        {chosen.length > 0 && staying <= 0 && (
          <p className={css.hint}>{t('split.all', { number: ticket.number })}</p>
        )}
        {canSplit && (
          <Outcome ticket={ticket} chosen={chosen} onTake={ids => setWanted(new Set([...wanted, ...ids]))} />
        )}
      </div>
      <div className={merge.buttons}>
        <Button type="submit" disabled={!canSplit} loading={isBusy}>
          {chosen.length === 0 ? t('split.submitNone') : t('split.submit', { count: chosen.length })}
        </Button>
        <Button variant="default" onClick={props.onClose}>
          {t('action.cancel')}
        </Button>
      </div>
    </form>
  )
}

function MessageChoice(props: {
  message: Message
  isChosen: boolean
  hasFocus: boolean
  onToggle: (isOn: boolean) => void
}) {
  const { message } = props
  const author = useAuthorName()(message)
  const now = useNow(60_000)
  const timeStyle = useTimeStyle()
  const gist = (ownWords(message.text, message.folds) || message.visibleText).slice(0, 200)
  return (
    <Checkbox
      checked={props.isChosen}
      onChange={event => props.onToggle(event.currentTarget.checked)}
      data-autofocus={props.hasFocus || undefined}
      classNames={{ root: css.choice, body: css.choiceBody, labelWrapper: css.choiceWords }}
      label={
        <span className={css.head}>
          <span className={css.author}>{author}</span>
          <time className={css.time} dateTime={message.receivedAt}>
            {messageTime(new Date(message.receivedAt), now, timeStyle)}
          </time>
        </span>
      }
      description={<span className={css.gist}>{gist}</span>}
    />
  )
}

function Outcome(props: { ticket: Ticket; chosen: readonly number[]; onTake: (ids: number[]) => void }) {
  const { call } = useApi()
  const { ticket, chosen } = props
  const preview = useQuery({
    queryKey: ['split-preview', ticket.number, ticket.version, ...chosen],
    queryFn: () =>
      call(previewSplit, { params: { number: ticket.number }, query: { messageIds: [...chosen] } }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  if (preview.isError) return <Fault error={preview.error} />
  if (preview.data === undefined) return <Skeleton rows={3} />
  return <OutcomeOf {...props} preview={preview.data} />
}

function OutcomeOf(props: { ticket: Ticket; preview: SplitPreview; onTake: (ids: number[]) => void }) {
  const { t } = useTranslation()
  const { number } = props.ticket
  const { subject, customer, fileCount, stayingCount, noteCount, answeringIds } = props.preview
  const offered = new Set(splittable(props.ticket).map(message => message.id))
  const answering = answeringIds.filter(id => offered.has(id))
  const count = answering.length
  return (
    <>
      <div className={merge.ticket}>
        <span className={merge.title}>{t('split.becomes')}</span>
        <span className={merge.subject}>{subject === '' ? t('ticket.noSubject') : subject}</span>
        <span className={merge.customer}>
          {customer === null ? t('split.sameCustomer', { number }) : (customer.name ?? customer.address)}
        </span>
      </div>
      {count > 0 && (
        <p className={css.answering}>
          {t('split.answering', { count })}{' '}
          <button type="button" className={css.take} onClick={() => props.onTake(answering)}>
            {t('split.take', { count })}
          </button>
        </p>
      )}
      <ul className={merge.facts}>
        {fileCount > 0 && <li>{t('split.files', { count: fileCount })}</li>}
        <li>{t('split.stays', { count: stayingCount, number })}</li>
        {noteCount > 0 && <li>{t('split.notes', { count: noteCount })}</li>}
        <li>{t('split.replies', { number })}</li>
      </ul>
    </>
  )
}

// Up and down walk the messages, as they do in every list; the space bar chooses.
function walk(event: KeyboardEvent<HTMLFieldSetElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (by === undefined) return
  event.preventDefault()
  const boxes = [...event.currentTarget.querySelectorAll<HTMLInputElement>('input[type=checkbox]')]
  const at = boxes.findIndex(box => box === document.activeElement)
  boxes[Math.max(0, Math.min(boxes.length - 1, at + by))]?.focus()
}
