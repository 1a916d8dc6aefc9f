import { CallFailed } from '../call.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import css from './page.module.css'
import { ProblemList, type ShownProblem } from './problem-list.tsx'

/** A failure; of text that cannot be written, with each place that is wrong in it. */
export function TemplateFault(props: { error: unknown }) {
  const { t } = useTranslation()
  const { error } = props
  const problems = error instanceof CallFailed ? error.problem?.details?.problems : undefined
  if (!Array.isArray(problems)) return <Fault error={error} />
  return (
    <div className={css.problem} role="alert">
      <p>{t('fault.bad-template')}</p>
      <ProblemList problems={problems as ShownProblem[]} />
    </div>
  )
}
