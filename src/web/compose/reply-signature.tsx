import type { Ticket } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import type { Draft } from './draft-store.ts'
import css from './reply-signature.module.css'
import { useReplySender } from './use-reply-sender.ts'

/** The signature that is put below a reply: seen, and not to be edited by accident. */
export function ReplySignature(props: { ticket: Ticket; draft: Draft }) {
  return <Signature words={useReplySender(props.ticket, props.draft)?.signature ?? ''} />
}

/** A signature as it will stand below a mail. */
export function Signature(props: { words: string }) {
  const { t } = useTranslation()
  if (props.words === '') return null
  return (
    <p className={css.signature} title={t('mailbox.signature')}>
      {props.words}
    </p>
  )
}
