import { Button } from '@mantine/core'
import { Lock, Maximize2, MessageSquareText, Minimize2, Trash2 } from 'lucide-react'
import { type DragEvent, useEffect, useRef, useState } from 'react'
import type { Ticket } from '../../shared/tickets.ts'
import { useCommand } from '../keys/commands.tsx'
import { KeyNames } from '../keys/key-names.tsx'
import { useAriaKeys } from '../keys/use-bindings.ts'
import { useTranslation } from '../texts.tsx'
import { classNames } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import type { TFunction } from '../words-of.ts'
import { AttachButton } from './attach-button.tsx'
import { ComposedText } from './composed-text.tsx'
import css from './composer.module.css'
import { asForward, forwardedOf, inMode, newestToForward } from './draft-modes.ts'
import type { Draft } from './draft-store.ts'
import { focusComposer } from './focus-composer.ts'
import { ForwardedMessage, ForwardHead } from './forward-parts.tsx'
import { GapStrip } from './gap-strip.tsx'
import { GuardStrip, newestEventId, newsSince } from './guard-strip.tsx'
import { lackOfReply } from './lack.ts'
import { OtherDraft } from './other-draft.tsx'
import { Recipients } from './recipients.tsx'
import { ReplySignature } from './reply-signature.tsx'
import { SavedReplyPicker } from './saved-reply-picker.tsx'
import { SendLater } from './send-later.tsx'
import { SendSnooze } from './send-snooze.tsx'
import { shownRecipients } from './shown-recipients.ts'
import { UploadList } from './upload-list.tsx'
import type { DraftUse } from './use-draft.ts'
import { useJudged } from './use-judged.ts'
import { useMentionable } from './use-mentionable.ts'
import { selectGap, useSavedReplies, useTicketOffer } from './use-saved-replies.ts'
import { useSayLack } from './use-say-lack.ts'
import { type SendWish, useSend } from './use-send.ts'
import { useUploads } from './use-uploads.ts'
import { useWishedReply } from './wished-reply.ts'

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
  const saved = useRepliesFor(props.ticket, draft)
  const [isFull, setIsFull] = useState(false)
  const isNote = draft.mode === 'note'
  const isReply = draft.mode === 'reply'
  const people = useMentionable(props.ticket)
  useCommand('send', () => void sending.send())
  const canClose = isReply && !props.ticket.isTwin
  useCommand('send-close', canClose ? () => void sending.send({ stateAfter: 'closed' }) : undefined)
  useCommand('switch-mode', () => change(inMode(draft, isNote ? 'reply' : 'note')))
  const attach = (files: readonly File[]) => {
    if (files.length > 0 && !isNote) void uploads.add(files)
  }
  const drop = useDrop(attach)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere on the composer; the button does the same
    <div
      className={classNames(css.composer, isNote && css.noteMode, drop.isOver && !isNote && css.over)}
      data-composer
      data-mode={draft.mode}
      data-full={isFull}
      onDragOver={drop.onDragOver}
      onDragLeave={drop.onDragLeave}
      onDrop={drop.onDrop}
    >
      {props.draft.other !== undefined && <OtherDraft {...props.draft.other} />}
      <div className={css.top}>
        <ModeTabs ticket={props.ticket} draft={draft} onChange={change} />
        <FullButton isFull={isFull} onFull={setIsFull} />
      </div>
      <Head {...props} isNote={isNote} sending={sending} />
      <ComposedText
        words={draft}
        name={t(TEXT_NAMES[draft.mode])}
        language={isNote ? undefined : (props.ticket.customerLanguage ?? undefined)}
        isReadOnly={sending.isBusy}
        focusWishes={props.focusWishes}
        people={isNote ? people : undefined}
        onWords={words => change({ ...words, isOpen: true })}
        onReady={saved.onReady}
        onSlash={saved.openBySlash}
        onPictures={isNote ? undefined : uploads.place}
        onFiles={attach}
      />
      {!isNote && <GapStrip text={draft.text} onGap={selectGap} />}
      <SavedReplyPicker
        offer={saved.offer}
        isOpen={saved.isOpen}
        onClose={saved.close}
        onChoose={saved.choose}
      />
      <BelowText {...props} />
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
        canWait={isReply && !isAside(props.ticket, draft)}
        onAttach={attach}
        onSaved={saved.open}
        onHistory={withHistory => change({ withHistory })}
        onDiscard={clear}
      />
    </div>
  )
}

/** Files that are dragged over the composer, and let go there. */
function useDrop(attach: (files: readonly File[]) => void) {
  const [isOver, setIsOver] = useState(false)
  return {
    isOver,
    onDragOver: (event: DragEvent) => {
      event.preventDefault()
      setIsOver(true)
    },
    onDragLeave: () => setIsOver(false),
    onDrop: (event: DragEvent) => {
      setIsOver(false)
      // What is dropped on the text the text takes.
      if (event.defaultPrevented) return
      event.preventDefault()
      attach([...event.dataTransfer.files])
    },
  }
}

/** The saved replies of a ticket: chosen here, or asked for from the palette, which a note does not take. */
function useRepliesFor({ number }: Ticket, draft: Draft) {
  const saved = useSavedReplies(draft)
  const offer = useTicketOffer(number, draft)
  const [isReady, setIsReady] = useState(false)
  const isNote = draft.mode === 'note'
  useWishedReply({ ticketNumber: number, offer, take: isReady ? saved.choose : undefined, isNote })
  return { ...saved, offer, onReady: () => setIsReady(true) }
}

const TEXT_NAMES = { reply: 'compose.replyText', note: 'compose.noteText', forward: 'forward.text' } as const

/** Under a reply its signature, under a forward what it forwards. */
function BelowText({ ticket, draft: { draft, change } }: Props) {
  if (draft.mode === 'reply') return <ReplySignature ticket={ticket} draft={draft} />
  if (draft.mode === 'note') return null
  return <ForwardedMessage draft={draft} message={forwardedOf(ticket, draft)} onChange={change} />
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
  if (draft.mode === 'forward') {
    const message = forwardedOf(props.ticket, draft)
    return <ForwardHead draft={draft} message={message} onChange={change} />
  }
  return (
    <>
      <Recipients ticket={props.ticket} draft={draft} judged={sending.judged} onChange={change} />
      <GuardStrip
        ticket={props.ticket}
        news={guard.news}
        onSeen={guard.see}
        onSendAnyway={sending.canSend ? () => void sending.sendAnyway() : undefined}
        onNote={() => change(inMode(draft, 'note'))}
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
  const { reply, note, forward } = useSend(props.ticket)
  const [isBusy, setIsBusy] = useState(false)
  const { draft } = props.draft
  const judged = useJudged(props.ticket, draft)
  const { count } = shownRecipients(props.ticket, draft, judged)
  const lackOf = (words: Draft) => {
    const { to } = shownRecipients(props.ticket, words, judged)
    return lackOfReply(words, { to, forwarded: forwardedOf(props.ticket, words), isUploading })
  }
  const canSend = lackOf(draft) === undefined && !isBusy
  const sayLack = useSayLack()
  const newest = newestEventId(props.ticket)
  // How the reply was to leave that the strip held back.
  const held = useRef<SendHow>({})
  const send = async (how: SendHow = {}, seenNow?: number) => {
    if (isBusy) return
    // The newest: the last letters may not be drawn yet.
    const draft = props.draft.read()
    const lack = lackOf(draft)
    if (lack !== undefined) {
      sayLack(lack, draft)
      return
    }
    const seenEventId = seenNow ?? draft.seenEventId ?? newest
    if (draft.mode === 'reply' && newsSince(props.ticket, seenEventId).length > 0) {
      held.current = how
      document.querySelector<HTMLElement>('#reply-guard button')?.focus()
      return
    }
    await leave(draft, { seenEventId, ...how })
  }
  const leave = async (draft: Draft, wish: SendWish) => {
    setIsBusy(true)
    // At once, not when the answer comes: the next key pressed is meant for the ticket.
    document.getElementById('ticket')?.focus()
    const ways = {
      note: () => note(draft),
      reply: () => reply(draft, wish),
      forward: () => forward(draft, forwardedOf(props.ticket, draft)?.attachments ?? []),
    }
    const isTaken = await props.draft.whileSending(ways[draft.mode])
    setIsBusy(false)
    if (!isTaken) {
      focusComposer()
      return
    }
    if (wish.stateAfter === 'closed' || wish.snooze !== undefined) props.onClosed()
  }
  const sendAnyway = () => send(held.current, newest)
  return { send, sendAnyway, canSend, isBusy, judged, count }
}

/** Gives the text the height of the messages, and back. */
function FullButton({ isFull, onFull }: { isFull: boolean; onFull: (isFull: boolean) => void }) {
  const { t } = useTranslation()
  useCommand('full-height', () => onFull(!isFull))
  return (
    <IconButton
      icon={isFull ? Minimize2 : Maximize2}
      name={t('command.full-height')}
      command="full-height"
      isPressed={isFull}
      onClick={() => onFull(!isFull)}
    />
  )
}

function ModeTabs(props: { ticket: Ticket; draft: Draft; onChange: (patch: Partial<Draft>) => void }) {
  const { t } = useTranslation()
  const { ticket, draft, onChange } = props
  const newest = newestToForward(ticket)
  const modes = newest === undefined && draft.mode !== 'forward' ? MODES.slice(0, 2) : MODES
  const choose = (mode: Draft['mode']) => {
    if (mode !== 'forward') onChange(inMode(draft, mode))
    else if (newest !== undefined) onChange(asForward(newest))
  }
  return (
    <div className={css.modes} role="radiogroup" aria-label={t('compose.mode')}>
      {modes.map(mode => (
        <label key={mode} className={css.mode}>
          <input
            type="radio"
            className="visually-hidden"
            name="compose-mode"
            checked={draft.mode === mode}
            onChange={() => choose(mode)}
          />
          {mode === 'note' && <Lock size={13} strokeWidth={2} aria-hidden />}
          {t(`compose.${mode}`)}
        </label>
      ))}
    </div>
  )
}

const MODES = ['reply', 'note', 'forward'] as const

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
  const ariaKeys = useAriaKeys()
  const { draft, sending } = props
  const isNote = draft.mode === 'note'
  return (
    <div className={css.foot}>
      <Button size="sm" className={css.send} disabled={!sending.canSend} onClick={() => void sending.send()}>
        {sendWords(t, draft, sending.count)}
        <span className={css.buttonKey}>
          <KeyNames id="send" />
        </span>
      </Button>
      {props.canClose && (
        <Button
          size="sm"
          variant="default"
          className={css.send}
          disabled={!sending.canSend}
          aria-keyshortcuts={ariaKeys('send-close')}
          onClick={() => void sending.send({ stateAfter: 'closed' })}
        >
          {t('command.send-close')}
        </Button>
      )}
      {props.canClose && (
        <SendSnooze isDisabled={!sending.canSend} onChoose={snooze => void sending.send({ snooze })} />
      )}
      {!isNote && props.canWait && (
        <SendLater isDisabled={!sending.canSend} onChoose={sendAt => void sending.send({ sendAt })} />
      )}
      <span className={css.gap} />
      {!isNote && (
        <>
          {draft.mode === 'reply' && (
            <label className={css.history}>
              <input
                type="checkbox"
                checked={draft.withHistory}
                onChange={event => props.onHistory(event.target.checked)}
              />
              {t('compose.withHistory')}
            </label>
          )}
          <IconButton icon={MessageSquareText} name={t('savedReplies.pick')} onClick={props.onSaved} />
          <AttachButton onAttach={props.onAttach} />
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
function sendWords(t: TFunction, { mode }: Draft, count: number): string {
  if (mode === 'note') return t('compose.addNote')
  if (mode === 'forward') return t('forward.submit')
  return count <= 1 ? t('compose.send') : t('compose.sendTo', { count })
}
