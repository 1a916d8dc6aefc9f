import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { flushSync } from 'react-dom'
import { type NewMailPreview, offerForNewMail, previewNewMail } from '../../shared/new-tickets.ts'
import { useApi } from '../api.tsx'
import { AddressLine } from '../compose/address-line.tsx'
import { ComposedText } from '../compose/composed-text.tsx'
import { GapStrip } from '../compose/gap-strip.tsx'
import { lackOfNewMail } from '../compose/lack.ts'
import { Signature } from '../compose/reply-signature.tsx'
import { SavedReplyPicker } from '../compose/saved-reply-picker.tsx'
import { UploadList } from '../compose/upload-list.tsx'
import { selectGap, useSavedReplies } from '../compose/use-saved-replies.ts'
import { useSayLack } from '../compose/use-say-lack.ts'
import { useUploads } from '../compose/use-uploads.ts'
import { useWishedReply } from '../compose/wished-reply.ts'
import type { Place } from '../inbox/place.ts'
import { useCommand } from '../keys/commands.tsx'
import { useTranslation } from '../texts.tsx'
import { classNames } from '../ui/class-names.ts'
import { MailFoot } from './mail-foot.tsx'
import css from './new-ticket.module.css'
import { MailboxField, TextField } from './new-ticket-fields.tsx'
import { type BeginHow, useBeginByMail } from './use-begin.ts'
import { type NewTicketUse, useFirstFocus } from './use-new-ticket.ts'

/** A mail that begins a ticket: from which mailbox, to whom, what about, its words and files. */
export function MailForm(props: { use: NewTicketUse; place: Place }) {
  const { t } = useTranslation()
  const { use } = props
  const { draft, change } = use
  const uploads = useUploads(use)
  const saved = useSavedReplies(draft)
  const preview = usePreview(use)
  const sending = useSending(props, { preview, isUploading: uploads.isUploading })
  const [isReady, setIsReady] = useState(false)
  const [isOver, setIsOver] = useState(false)
  useFirstFocus(['new-to', 'new-subject'])
  useCommand('send', () => void sending.send())
  useCommand('send-close', () => void sending.send({ stateAfter: 'closed' }))
  const attach = (files: readonly File[]) => {
    if (files.length > 0) void uploads.add(files)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere here; the button does the same
    <div
      className={classNames(css.form, isOver && css.over)}
      data-mode="reply"
      onDragOver={event => {
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={event => {
        setIsOver(false)
        // What is dropped on the text the text takes.
        if (event.defaultPrevented) return
        event.preventDefault()
        attach([...event.dataTransfer.files])
      }}
    >
      <MailHead use={use} preview={preview} />
      <ComposedText
        words={draft}
        name={t('newTicket.mailText')}
        language={undefined}
        isReadOnly={sending.isBusy}
        focusWishes={0}
        onWords={words => change({ ...words, isOpen: true })}
        onReady={() => setIsReady(true)}
        onSlash={saved.openBySlash}
        onPictures={uploads.place}
        onFiles={attach}
        people={undefined}
      />
      <GapStrip text={draft.text} onGap={selectGap} />
      <NewMailReplies use={use} saved={saved} isReady={isReady} />
      <Signature words={preview?.signature ?? ''} />
      <UploadList
        uploads={draft.uploads}
        pending={uploads.pending}
        onRemove={id => change({ uploads: draft.uploads.filter(upload => upload.id !== id) })}
        onDismiss={uploads.dismiss}
      />
      <MailFoot
        use={use}
        count={recipientCount(use)}
        canSend={sending.canSend}
        onSend={how => void sending.send(how)}
        onAttach={attach}
        onSaved={saved.open}
      />
    </div>
  )
}

function MailHead({ use, preview }: { use: NewTicketUse; preview: NewMailPreview | undefined }) {
  const { t } = useTranslation()
  const { draft, change, head, changeHead } = use
  const [hasMore, setHasMore] = useState((draft.cc ?? []).length + draft.bcc.length > 0)
  const goTo = (id: string) => {
    flushSync(() => setHasMore(true)) // before the next key, which is meant for the field
    document.getElementById(id)?.focus()
  }
  useCommand('add-cc', () => goTo('new-cc'))
  useCommand('add-bcc', () => goTo('new-bcc'))
  const known = preview === undefined ? [] : [...preview.to, ...preview.cc, ...preview.bcc]
  const choose = (patch: { to?: string[]; cc?: string[]; bcc?: string[] }) =>
    change({ head, ...patch, isOpen: true })
  return (
    <div className={css.fields}>
      <MailboxField head={head} onChoose={changeHead} withAliases />
      <div className={css.row}>
        <AddressLine
          id="new-to"
          name={t('details.to')}
          addresses={draft.to ?? []}
          known={known}
          onChange={to => choose({ to })}
        />
        {!hasMore && (
          <button type="button" className={css.more} onClick={() => setHasMore(true)}>
            {t('newTicket.ccBcc')}
          </button>
        )}
      </div>
      {hasMore && (
        <>
          <AddressLine
            id="new-cc"
            name={t('details.cc')}
            addresses={draft.cc ?? []}
            known={known}
            onChange={cc => choose({ cc })}
          />
          <AddressLine
            id="new-bcc"
            name={t('details.bcc')}
            addresses={draft.bcc}
            known={known}
            onChange={bcc => choose({ bcc })}
          />
        </>
      )}
      <TextField
        id="new-subject"
        label={t('details.subject')}
        maxLength={500}
        value={head.subject}
        onChange={subject => changeHead({ subject })}
      />
      {preview !== undefined && preview.own.length > 0 && (
        <p className={css.own} role="alert">
          {t('newTicket.own', { addresses: preview.own.join(', ') })}{' '}
          <button type="button" onClick={() => changeHead({ kind: 'phone' })}>
            {t('newTicket.ownInstead')}
          </button>
        </p>
      )}
    </div>
  )
}

function NewMailReplies(props: {
  use: NewTicketUse
  saved: ReturnType<typeof useSavedReplies>
  isReady: boolean
}) {
  const { use, saved } = props
  const { call } = useApi()
  const { mailboxId, from, subject } = use.head
  const [first] = use.draft.to ?? []
  const query = {
    mailboxId: mailboxId ?? 0,
    ...(from === null ? {} : { from }),
    ...(first === undefined ? {} : { to: first }),
    ...(subject === '' ? {} : { subject }),
  }
  const offer = { key: ['new', query], load: async () => (await call(offerForNewMail, { query })).data }
  useWishedReply({ offer, take: props.isReady ? saved.choose : undefined })
  return (
    <SavedReplyPicker offer={offer} isOpen={saved.isOpen} onClose={saved.close} onChoose={saved.choose} />
  )
}

/** As whom it goes out and what is to be known of each it goes to; undefined until the server has said so. */
function usePreview({ draft, head }: NewTicketUse): NewMailPreview | undefined {
  const { call } = useApi()
  const { mailboxId, from } = head
  const body = {
    mailboxId: mailboxId ?? 0,
    ...(from === null ? {} : { from }),
    to: draft.to ?? [],
    cc: draft.cc ?? [],
    bcc: draft.bcc,
  }
  return useQuery({
    queryKey: ['new-mail-preview', body],
    queryFn: () => call(previewNewMail, { body }),
    placeholderData: keepPreviousData,
    enabled: mailboxId !== null,
    retry: false,
  }).data
}

function recipientCount({ draft }: NewTicketUse): number {
  return (draft.to ?? []).length + (draft.cc ?? []).length + draft.bcc.length
}

function useSending(
  { use, place }: { use: NewTicketUse; place: Place },
  { preview, isUploading }: { preview: NewMailPreview | undefined; isUploading: boolean },
) {
  const begin = useBeginByMail(use, place)
  const [isBusy, setIsBusy] = useState(false)
  const { draft, head } = use
  const sayLack = useSayLack()
  const facts = { subject: head.subject, isUploading }
  // Own addresses among those it goes to are told of above.
  const mayBegin = head.mailboxId !== null && (preview?.own ?? []).length === 0 && !isBusy
  const canSend = lackOfNewMail(draft, facts) === undefined && mayBegin
  const send = async (how: BeginHow = {}) => {
    if (!mayBegin) return
    // The newest: the last letters may not be drawn yet.
    const words = use.read()
    const lack = lackOfNewMail(words, facts)
    if (lack !== undefined) {
      sayLack(lack, words)
      return
    }
    setIsBusy(true)
    // At once, not when the answer comes: the next key pressed is no text any more.
    document.getElementById('ticket')?.focus()
    await begin(how)
    setIsBusy(false)
  }
  return { send, canSend, isBusy }
}
