import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronUp, CircleCheck, CircleDashed, ListChecks, type LucideIcon } from 'lucide-react'
import { useState } from 'react'
import { type FirstStep, getFirstSteps } from '../../shared/first-steps.ts'
import { useApi } from '../api.tsx'
import { keep, readKept } from '../kept.ts'
import { useMailboxes, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import css from './first-steps.module.css'

// Where each step is done; a first mail is sent from anywhere, to the mailbox.
const PLACES = {
  mailbox: '/settings/mailboxes/new',
  'first-mail': null,
  colleague: '/settings/agents',
  signature: '/settings/profile',
  'saved-reply': '/settings/saved-replies',
} as const satisfies Record<FirstStep['id'], string | null>

/**
 * What is left to do on a new desk, on one line that opens. Each step leads to where it is done and ticks itself; the
 * line goes when all are, or when this agent puts it away in this browser.
 */
export function FirstSteps() {
  const { t } = useTranslation()
  const { call } = useApi()
  const key = `letterdesk.first-steps.${useMe().id}`
  const [isHidden, setIsHidden] = useState(() => readKept(key) === 'hidden')
  const [isOpen, setIsOpen] = useState(false)
  const { data } = useQuery({
    queryKey: ['first-steps'],
    queryFn: async () => (await call(getFirstSteps)).steps,
    enabled: !isHidden,
    staleTime: 10_000,
    refetchOnWindowFocus: true,
  })
  const done = data?.filter(step => step.isDone).length ?? 0
  if (isHidden || data === undefined || done === data.length) return null
  const hide = () => {
    keep(key, 'hidden')
    setIsHidden(true)
  }
  const Chevron: LucideIcon = isOpen ? ChevronDown : ChevronUp
  return (
    <section className={css.firstSteps} aria-label={t('firstSteps.name')}>
      {isOpen && (
        <>
          <ul className={css.steps}>
            {data.map(step => (
              <Step key={step.id} step={step} />
            ))}
          </ul>
          <button type="button" className={css.hide} onClick={hide}>
            {t('firstSteps.hide')}
          </button>
        </>
      )}
      <button type="button" className={css.line} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <ListChecks size={16} strokeWidth={1.75} aria-hidden />
        <span className={css.name}>{t('firstSteps.name')}</span>
        <span className={css.done}>{t('firstSteps.done', { done, count: data.length })}</span>
        <Chevron size={14} strokeWidth={2} aria-hidden />
      </button>
    </section>
  )
}

function Step({ step }: { step: FirstStep }) {
  const { t } = useTranslation()
  const address = useMailboxes().data?.find(mailbox => mailbox.kind !== 'practice')?.address
  const Icon = step.isDone ? CircleCheck : CircleDashed
  const to = PLACES[step.id]
  const words =
    step.id === 'first-mail' && address !== undefined
      ? t('firstSteps.first-mail.to', { address })
      : t(`firstSteps.${step.id}`)
  return (
    <li className={css.step} data-done={step.isDone}>
      <Icon size={14} strokeWidth={2} aria-hidden />
      {to === null ? <span>{words}</span> : <Link to={to}>{words}</Link>}
      {step.isDone && <span className="visually-hidden">{t('firstSteps.isDone')}</span>}
    </li>
  )
}
