import { ShieldAlert, ShieldCheck, ShieldQuestionMark } from 'lucide-react'
import type { SenderCheck } from '../../shared/senders.ts'
import type { Message } from '../../shared/tickets.ts'
import { OPENING_RULES } from '../../shared/vocabulary.ts'
import { useTranslation } from '../texts.tsx'
import css from './sender-words.module.css'

const ICONS = { verified: ShieldCheck, neutral: ShieldQuestionMark, failed: ShieldAlert } as const

/** How far the sender is who they say they are, in words; why, on pointing at it and in the details. */
export function SenderBadge(props: { message: Message }) {
  const { t } = useTranslation()
  const { sender } = props.message
  if (sender === null) return null
  const Icon = ICONS[sender.grade]
  return (
    <span className={css.badge} data-grade={sender.grade} title={t(`sender.reason.${sender.reason}`)}>
      <Icon size={12} strokeWidth={2} aria-hidden />
      {t(gradeWords(sender))}
    </span>
  )
}

/** The key of a grade's words. What nobody looked at is not called unproven. */
export function gradeWords({ grade, reason }: SenderCheck): string {
  return `sender.grade.${reason === 'unchecked' ? 'unchecked' : grade}`
}

/** What an agent must know before believing who wrote: a failed check, a claim without proof, a borrowed name. */
export function SenderWarnings(props: { message: Message }) {
  const { t } = useTranslation()
  const { from, impersonates, isUnverified } = props.message
  const words = {
    name: from?.name ?? '',
    address: from?.address ?? '',
  }
  return (
    <>
      {impersonates !== null && <p className={css.warning}>{t(`sender.shows.${impersonates}`, words)}</p>}
      {isUnverified && <Unverified message={props.message} />}
    </>
  )
}

function Unverified(props: { message: Message }) {
  const { t } = useTranslation()
  const { from, sender, placedBy } = props.message
  if (sender?.grade !== 'failed')
    return <p className={css.hint}>{t('sender.claims', { address: from?.address })}</p>
  return (
    <p className={css.warning}>
      {t(`sender.reason.${sender.reason}`)} {!OPENING_RULES.includes(placedBy) && t('sender.changedNothing')}
    </p>
  )
}
