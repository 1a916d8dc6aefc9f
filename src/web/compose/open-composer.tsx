import { Button } from '@mantine/core'
import type { TFunction } from 'i18next'
import { Lock, MessageSquareText, Paperclip, Trash2 } from 'lucide-react'
import { type DragEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { findGaps } from '../../shared/template-variables.ts'
import type { Ticket } from '../../shared/tickets.ts'
import { useCommand } from '../keys/commands.tsx'
import { KeyNames } from '../keys/key-names.tsx'
import { classNames } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { ComposedText } from './composed-text.tsx'
import css from './composer.module.css'
import type { Draft } from './draft-store.ts'
import { focusComposer } from './focus-composer.ts'
import { GapStrip } from './gap-strip.tsx'
import { GuardStrip, newestEventId, newsSince } from './guard-strip.tsx'
import { Recipients } from './recipients.tsx'
import { ReplySignature } from './reply-signature.tsx'
import { SavedReplyPicker } from './saved-reply-picker.tsx'
import { SendLater } from './send-later.tsx'
import { shownRecipients } from './shown-recipients.ts'
import { UploadList } from './upload-list.tsx'
import type { DraftUse } from './use-draft.ts'
import { useJudged } from './use-judged.ts'
import { selectGap, useSavedReplies } from './use-saved-replies.ts'
import { type SendWish, useSend } from './use-send.ts'
import { useUploads } from './use-uploads.ts'

type Props = {
  ticket: Ticket
  draft: DraftUse
  focusWishes: number
  onClosed: () => void
}

/** The composer, open: reply or note, who gets it, the text, files, and what sends it. */
export function OpenComposer(props: Props) {
  const { t } = useTranslation()
  const { draft, change, clear } = props.draft
  const uploads = useUploads(props.draft)
  const sending = useSending(props, uploads.isUploading)
  const saved = useSavedReplies(draft)
  const [isOver, setIsOver] = useState(false)
  const isNote = draft.mode === 'note'
  useCommand('send', () => void sending.send())
  const canClose = !isNote && !props.ticket.isTwin
  useCommand('send-close', canClose ? () => void sending.send({ stateAfter: 'closed' }) : undefined)
  useCommand('switch-mode', () => change({ mode: isNote ? 'reply' : 'note' }))
  const attach = (files: readonly File[]) => {
    if (files.length > 0 && !isNote) void uploads.add(files)
  }
  const drop = (event: DragEvent) => {
    setIsOver(false)
    // What is dropped on the text the text takes.
    if (event.defaultPrevented) return
    event.preventDefault()
    attach([...event.dataTransfer.files])
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere on the composer; the button does the same
    <div
      className={classNames(css.composer, isNote && css.noteMode, isOver && css.over)}
      data-composer
      data-mode={draft.mode}
      onDragOver={event => {
        event.preventDefault()
        setIsOver(!isNote)
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      {props.draft.other !== undefined && <OtherDraft {...props.draft.other} />}
      <ModeTabs draft={draft} onMode={mode => change({ mode })} />
      <Head {...props} isNote={isNote} sending={sending} />
      <ComposedText
        words={draft}
        name={t(isNote ? 'compose.noteText' : 'compose.replyText')}
        language={isNote ? undefined : (props.ticket.customerLanguage ?? undefined)}
        isReadOnly={sending.isBusy}
        focusWishes={props.focusWishes}
        onWords={words => change({ ...words, isOpen: true })}
        onSlash={saved.openBySlash}
        onPictures={isNote ? undefined : uploads.place}
        onFiles={attach}
      />
      {!isNote && <GapStrip text={draft.text} onGap={(start, length) => void selectGap(start, length)} />}
      <SavedReplyPicker
        ticket={props.ticket}
        answeredMessageId={draft.answeredMessageId}
        isOpen={saved.isOpen}
        onClose={saved.close}
        onChoose={saved.choose}
      />
      {!isNote && <ReplySignature ticket={props.ticket} draft={draft} />}
      {!isNote && (
        <UploadList
          uploads={draft.uploads}
          pending={uploads.pending}
          onRemove={id => change({ uploads: draft.uploads.filter(upload => upload.id !== id) })}
          onDismiss={uploads.dismiss}
        />
      )}
      <Foot
        draft={draft}
        sending={sending}
        canClose={canClose}
        canWait={!isAside(props.ticket, draft)}
        onAttach={attach}
        onSaved={saved.open}
        onHistory={withHistory => change({ withHistory })}
        onDiscard={clear}
      />
    </div>
  )
}

/** Who gets it and what came meanwhile; of a note, that nobody outside does. */
function Head(props: Props & { isNote: boolean; sending: ReturnType<typeof useSending> }) {
  const { t } = useTranslation()
  const { draft, change } = props.draft
  const { sending } = props
  const guard = useGuard(props)
  if (props.isNote) {
    return (
      <p className={css.private}>
        <Lock size={14} strokeWidth={2} aria-hidden /> {t('note.private')}
      </p>
    )
  }
  return (
    <>
      <Recipients ticket={props.ticket} draft={draft} judged={sending.judged} onChange={change} />
      <GuardStrip
        ticket={props.ticket}
        news={guard.news}
        onSeen={guard.see}
        onSendAnyway={sending.canSend ? () => void sending.sendAnyway() : undefined}
        onNote={() => change({ mode: 'note' })}
      />
    </>
  )
}

// A reply has seen what was there when it was begun; what the page showed meanwhile may have been overlooked.
function useGuard(props: Props) {
  const { draft, change } = props.draft
  const { ticket } = props
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a reply that is begun, not each event
  useEffect(() => {
    if (draft.seenEventId === null) change({ seenEventId: newestEventId(ticket) })
  }, [draft.seenEventId])
  return {
    news: newsSince(ticket, draft.seenEventId),
    see: () => change({ seenEventId: newestEventId(ticket) }),
  }
}

type SendHow = Omit<SendWish, 'seenEventId'>

function useSending(props: Props, isUploading: boolean) {
  const { reply, note } = useSend(props.ticket)
  const [isBusy, setIsBusy] = useState(false)
  const { draft } = props.draft
  const judged = useJudged(props.ticket, draft)
  const recipients = shownRecipients(props.ticket, draft, judged)
  const isReady = draft.mode === 'note' || (recipients.to.length > 0 && findGaps(draft.text).length === 0)
  const canSend = draft.text.trim() !== '' && !isBusy && !isUploading && isReady
  const newest = newestEventId(props.ticket)
  // How the reply was to leave that the strip held back.
  const held = useRef<SendHow>({})
  const send = async (how: SendHow = {}, seenEventId = draft.seenEventId ?? newest) => {
    if (!canSend) return
    if (draft.mode === 'reply' && newsSince(props.ticket, seenEventId).length > 0) {
      held.current = how
      document.querySelector<HTMLElement>('#reply-guard button')?.focus()
      return
    }
    setIsBusy(true)
    // At once, not when the answer comes: the next key pressed is meant for the ticket.
    document.getElementById('ticket')?.focus()
    await props.draft.settle()
    const isTaken = draft.mode === 'note' ? await note(draft) : await reply(draft, { seenEventId, ...how })
    setIsBusy(false)
    if (!isTaken) {
      focusComposer()
      return
    }
    if (how.stateAfter === 'closed') props.onClosed()
  }
  const sendAnyway = () => send(held.current, newest)
  return { send, sendAnyway, canSend, isBusy, judged, count: recipients.count }
}

/** Words of another device that do not continue the ones in the composer. */
function OtherDraft(props: { takeTheirs: () => void; keepOurs: () => void }) {
  const { t } = useTranslation()
  return (
    <div className={css.other} role="alert">
      <span>{t('compose.otherDraft')}</span>
      <Button size="xs" variant="default" onClick={props.takeTheirs}>
        {t('compose.takeOther')}
      </Button>
      <Button size="xs" variant="default" onClick={props.keepOurs}>
        {t('compose.keepThis')}
      </Button>
    </div>
  )
}

function ModeTabs(props: { draft: Draft; onMode: (mode: 'reply' | 'note') => void }) {
  const { t } = useTranslation()
  return (
    <div className={css.modes} role="radiogroup" aria-label={t('compose.mode')}>
      {(['reply', 'note'] as const).map(mode => (
        <label key={mode} className={css.mode}>
          <input
            type="radio"
            className="visually-hidden"
            name="compose-mode"
            checked={props.draft.mode === mode}
            onChange={() => props.onMode(mode)}
          />
          {mode === 'note' && <Lock size={13} strokeWidth={2} aria-hidden />}
          {t(`compose.${mode}`)}
        </label>
      ))}
    </div>
  )
}

function Foot(props: {
  draft: Draft
  sending: ReturnType<typeof useSending>
  canClose: boolean
  canWait: boolean
  onAttach: (files: readonly File[]) => void
  onSaved: () => void
  onHistory: (withHistory: boolean) => void
  onDiscard: () => void
}) {
  const { t } = useTranslation()
  const { draft, sending } = props
  const files = useRef<HTMLInputElement>(null)
  const isNote = draft.mode === 'note'
  return (
    <div className={css.foot}>
      <Button size="sm" disabled={!sending.canSend} onClick={() => void sending.send()}>
        {isNote ? t('compose.addNote') : sendWords(t, sending.count)}
        <span className={css.buttonKey}>
          <KeyNames id="send" />
        </span>
      </Button>
      {props.canClose && (
        <Button
          size="sm"
          variant="default"
          disabled={!sending.canSend}
          aria-keyshortcuts="Control+Shift+Enter"
          onClick={() => void sending.send({ stateAfter: 'closed' })}
        >
          {t('command.send-close')}
        </Button>
      )}
      {!isNote && props.canWait && (
        <SendLater isDisabled={!sending.canSend} onChoose={sendAt => void sending.send({ sendAt })} />
      )}
      <span className={css.gap} />
      {!isNote && (
        <>
          <label className={css.history}>
            <input
              type="checkbox"
              checked={draft.withHistory}
              onChange={event => props.onHistory(event.target.checked)}
            />
            {t('compose.withHistory')}
          </label>
          <input
            ref={files}
            type="file"
            multiple
            hidden
            onChange={event => {
              props.onAttach([...(event.target.files ?? [])])
              event.target.value = ''
            }}
          />
          <IconButton icon={MessageSquareText} name={t('savedReplies.pick')} onClick={props.onSaved} />
          <IconButton icon={Paperclip} name={t('compose.attach')} onClick={() => files.current?.click()} />
        </>
      )}
      <IconButton icon={Trash2} name={t('compose.discard')} onClick={props.onDiscard} />
    </div>
  )
}

// What is written to a third party leaves at once.
function isAside({ messages }: Ticket, { answeredMessageId }: Draft): boolean {
  return messages.some(({ id, sideThreadId }) => id === answeredMessageId && sideThreadId !== null)
}

// How many get it stands on the button, where it is not the one person whom one answers.
function sendWords(t: TFunction, count: number): string {
  return count <= 1 ? t('compose.send') : t('compose.sendTo', { count })
}
