import { Button, Loader } from '@mantine/core'
import { Check, TriangleAlert, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { CheckResult, CheckStep } from '../../shared/mailbox-checks.ts'
import type { ServerAddress } from '../../shared/mailboxes.ts'
import { CallFailed } from '../call.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useCopy } from '../ui/use-copy.ts'
import css from './check-list.module.css'
import { reportOf } from './check-report.ts'
import { ProblemWords } from './problem-words.tsx'
import { StepNotes } from './step-notes.tsx'

type Mend = (kind: 'imap' | 'smtp', server: ServerAddress) => void

/**
 * What was tried to reach a mailbox, step by step, with the cause and the cure where one failed. `onMend` takes the host
 * or certificate that a step offers.
 */
export function CheckList(props: {
  result: Pick<CheckResult, 'steps'> & {
    provider?: CheckResult['provider']
    result?: CheckResult | undefined
  }
  running?: CheckStep['step'] | undefined
  address?: string
  onMend?: Mend
}) {
  const { result, running, onMend } = props
  const provider = result.provider ?? result.result?.provider ?? null
  const list = useRef<HTMLOListElement>(null)
  const news = `${result.steps.length} ${running ?? ''}`
  // The list grows below the fold, and what went wrong is its last line. In braces: Chromium 140 answers with a promise,
  // which is no clean-up of an effect.
  useEffect(() => {
    if (news !== '') list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' })
  }, [news])
  const failed = result.steps.find(step => !step.ok)
  return (
    <div>
      <ol ref={list} className={css.steps} aria-live="polite">
        {result.steps.map(step => (
          <Step key={step.step} step={step} provider={provider} address={props.address} onMend={onMend} />
        ))}
        {running !== undefined && <Running step={running} />}
      </ol>
      {failed !== undefined && running === undefined && <Report steps={result.steps} />}
    </div>
  )
}

function outcomeOf(isOk: boolean, isOdd: boolean) {
  if (!isOk) return [X, 'check.failed'] as const
  return isOdd ? ([TriangleAlert, 'check.odd'] as const) : ([Check, 'check.ok'] as const)
}

function Step(props: {
  step: CheckStep
  provider: CheckResult['provider']
  address: string | undefined
  onMend: Mend | undefined
}) {
  const { t, i18n } = useTranslation()
  const { step, provider, address, onMend } = props
  const seconds = new Intl.NumberFormat(i18n.language, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  })
  const isOdd = step.ok && step.code !== null
  const [Icon, words] = outcomeOf(step.ok, isOdd)
  return (
    <li className={css.step} data-ok={step.ok} data-odd={isOdd}>
      <Icon size={16} strokeWidth={2} aria-hidden />
      <span className="visually-hidden">{t(words)}</span>
      <span className={css.name}>{t(`check.${step.step}`)}</span>
      <span className={css.took}>{seconds.format(Math.max(0.1, step.tookMs / 1000))}</span>
      <StepNotes step={step} />
      {step.code !== null && (
        <ProblemWords
          code={step.code}
          detail={step.ok ? null : step.detail}
          tone={step.ok ? 'note' : 'danger'}
          facts={step.facts}
          provider={provider}
          address={address}
          onMend={onMend && (server => onMend(step.step.startsWith('smtp') ? 'smtp' : 'imap', server))}
        />
      )}
    </li>
  )
}

function Running(props: { step: CheckStep['step'] }) {
  const { t } = useTranslation()
  return (
    <li className={css.step}>
      <Loader size={14} aria-hidden />
      <span className="visually-hidden">{t('check.running')}</span>
      <span className={css.name}>{t(`check.${props.step}`)}</span>
    </li>
  )
}

/** The lines as text for whoever helps; there is no password in them. */
function Report(props: { steps: readonly CheckStep[] }) {
  const { t } = useTranslation()
  const { isCopied, copy } = useCopy()
  return (
    <Button variant="subtle" size="xs" px={0} onClick={() => copy(reportOf(props.steps))}>
      {t(isCopied ? 'action.copied' : 'check.copyReport')}
    </Button>
  )
}

/** A refusal to store what does not work: with the steps that were tried, where the refusal names them. */
export function CheckFault(props: { error: unknown; onMend?: Mend }) {
  const { error, onMend } = props
  if (error === undefined) return null
  const steps = error instanceof CallFailed ? error.problem?.details?.steps : undefined
  return (
    <>
      <Fault error={error} />
      {Array.isArray(steps) && (
        <CheckList result={{ steps: steps as CheckStep[] }} {...(onMend && { onMend })} />
      )}
    </>
  )
}
