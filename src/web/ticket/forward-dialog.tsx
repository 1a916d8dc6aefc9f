import { Button, Modal, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { forwardMessage } from '../../shared/forwards.ts'
import { type Message, type Ticket, undoReply } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { AddressLine } from '../compose/address-line.tsx'
import { attachAgain } from '../compose/attach-again.ts'
import { randomKey } from '../compose/name-try.ts'
import { useMe } from '../session.ts'
import { useNotices } from '../ui/notices.tsx'
import css from './forward-dialog.module.css'
import { forwardAgain, forwardedFiles, missedRecipients } from './repairs.ts'

/** What an agent chose for a forward, given back when they take it back. */
export type ForwardWords = { to: string[]; cc: string[]; text: string; fileIds: number[] }

/** A message that is being forwarded; `words` of a forward before, which it is sent `insteadOf` where that did not arrive. */
export type Forwarded = { messageId: number; words?: ForwardWords; insteadOf?: number }

/** A forward that did not arrive, to be looked at and sent anew; undefined where the message is not in the ticket any more. */
export function forwardedAnew(ticket: Ticket, forward: Message): Forwarded | undefined {
  const forwarded = ticket.messages.find(one => one.id === forwardAgain(forward))
  if (forwarded === undefined || forward.delivery === null) return undefined
  const to = missedRecipients(forward.delivery).map(one => one.address)
  const words = { to, cc: [], text: forward.visibleText, fileIds: forwardedFiles(forwarded, forward) }
  return { messageId: forwarded.id, words, insteadOf: forward.id }
}

/** Forwards one message to a third party, with the files that are ticked and words above it. */
export function ForwardDialog(props: {
  ticket: Ticket
  message: Message
  begun?: Forwarded | undefined
  onClose: () => void
  onTakenBack: (words: ForwardWords) => void
}) {
  const { t } = useTranslation()
  const { message } = props
  const [words, setWords] = useState(() => props.begun?.words ?? emptyWords(message))
  const [isBusy, setIsBusy] = useState(false)
  const forward = useForward(props)
  const change = (patch: Partial<ForwardWords>) => setWords(now => ({ ...now, ...patch }))
  const submit = async () => {
    setIsBusy(true)
    if (!(await forward(words))) setIsBusy(false)
  }
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('forward.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      <div className={css.dialog}>
        <p className={css.about}>{t('forward.about')}</p>
        <div className={css.people}>
          <AddressLine
            name={t('details.to')}
            addresses={words.to}
            known={[]}
            onChange={to => change({ to })}
            isRequired
          />
          <AddressLine
            name={t('details.cc')}
            addresses={words.cc}
            known={[]}
            onChange={cc => change({ cc })}
          />
        </div>
        <Textarea
          label={t('forward.text')}
          autosize
          minRows={4}
          maxRows={12}
          value={words.text}
          onChange={event => change({ text: event.currentTarget.value })}
        />
        <Files message={message} chosen={words.fileIds} onChange={fileIds => change({ fileIds })} />
        <pre className={css.original}>{message.text}</pre>
        <Button disabled={words.to.length === 0} loading={isBusy} onClick={() => void submit()}>
          {t('forward.submit')}
        </Button>
      </div>
    </Modal>
  )
}

function Files(props: { message: Message; chosen: readonly number[]; onChange: (ids: number[]) => void }) {
  const { t } = useTranslation()
  const { attachments } = props.message
  if (attachments.length === 0) return null
  return (
    <fieldset className={css.files}>
      <legend>{t('forward.files')}</legend>
      {attachments.map(({ id, filename }) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={props.chosen.includes(id)}
            onChange={event =>
              props.onChange(
                event.currentTarget.checked ? [...props.chosen, id] : props.chosen.filter(one => one !== id),
              )
            }
          />
          {filename}
        </label>
      ))}
    </fieldset>
  )
}

function useForward(props: Parameters<typeof ForwardDialog>[0]) {
  const { t } = useTranslation()
  const api = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const me = useMe()
  const { ticket, message } = props
  const insteadOf = props.begun?.insteadOf
  // The same words are the same request: sent again because the answer was lost, it acts once.
  const lastTry = useRef<{ words: ForwardWords; uploadIds: string[]; key: string }>(undefined)
  const nameTry = async (words: ForwardWords) => {
    if (lastTry.current?.words !== words) {
      const files = message.attachments.filter(file => words.fileIds.includes(file.id))
      const uploads = await attachAgain(api, files)
      lastTry.current = { words, uploadIds: uploads.map(upload => upload.id), key: randomKey() }
    }
    return lastTry.current
  }
  const refresh = () => queries.invalidateQueries({ queryKey: ['ticket', ticket.number] })
  return async (words: ForwardWords): Promise<boolean> => {
    try {
      const { uploadIds, key } = await nameTry(words)
      const { to, cc, text } = words
      const sent = await api.call(forwardMessage, {
        params: { number: ticket.number },
        body: { messageId: message.id, text, to, cc, uploadIds, ...(insteadOf && { insteadOf }) },
        idempotencyKey: key,
      })
      const undo = async () => {
        await api.call(undoReply, { params: { id: sent.id } })
        await refresh()
        props.onTakenBack(words)
      }
      notices.done(t('done.forwarded', { name: to[0] ?? '' }), {
        ...(me.undoSeconds > 0 ? { undo } : {}),
        forMs: me.undoSeconds * 1000,
        isCounted: me.undoSeconds > 0,
      })
      await refresh()
      props.onClose()
      return true
    } catch (error) {
      notices.failed(error)
      return false
    }
  }
}

function emptyWords(message: Message): ForwardWords {
  const files = message.attachments.filter(file => !file.isMinor)
  return { to: [], cc: [], text: '', fileIds: files.map(file => file.id) }
}
