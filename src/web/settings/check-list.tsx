import { Check, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { CheckResult, CheckStep } from '../../shared/mailboxes.ts'
import { CallFailed } from '../call.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import css from './check-list.module.css'
import { ProblemWords } from './problem-words.tsx'

/** What was tried to reach a mailbox, step by step, with the cause and the cure where one failed. */
export function CheckList(props: { result: Pick<CheckResult, 'steps'> }) {
  const { t, i18n } = useTranslation()
  const seconds = new Intl.NumberFormat(i18n.language, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  })
  const list = useRef<HTMLOListElement>(null)
  // In braces: Chromium 140 answers with a promise, which is no clean-up of an effect.
  useEffect(() => {
    list.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <ol ref={list} className={css.steps} aria-live="polite">
      {props.result.steps.map(step => {
        const Icon = step.ok ? Check : X
        return (
          <li key={step.step} className={css.step} data-ok={step.ok}>
            <Icon size={16} strokeWidth={2} aria-hidden />
            <span className="visually-hidden">{t(step.ok ? 'check.ok' : 'check.failed')}</span>
            <span className={css.name}>{t(`check.${step.step}`)}</span>
            <span className={css.took}>{seconds.format(Math.max(0.1, step.tookMs / 1000))}</span>
            {!step.ok && step.code !== null && <ProblemWords code={step.code} detail={step.detail} />}
          </li>
        )
      })}
    </ol>
  )
}

/** A refusal to store what does not work: with the steps that were tried, where the refusal names them. */
export function CheckFault(props: { error: unknown }) {
  const { error } = props
  if (error === undefined) return null
  const steps = error instanceof CallFailed ? error.problem?.details?.steps : undefined
  return (
    <>
      <Fault error={error} />
      {Array.isArray(steps) && <CheckList result={{ steps: steps as CheckStep[] }} />}
    </>
  )
}
