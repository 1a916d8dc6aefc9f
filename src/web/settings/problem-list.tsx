import type { TemplateProblem } from '../../shared/templates.ts'
import { useTranslation } from '../texts.tsx'
import css from './page.module.css'

export type ShownProblem = Omit<TemplateProblem, 'part'>

/** What is wrong in a text with variables, each with its place. */
export function ProblemList(props: { problems: readonly ShownProblem[] }) {
  const { t } = useTranslation()
  return props.problems.map(({ code, line, column, name }) => (
    <span key={`${code} ${line} ${column} ${name}`} className={css.problemLine}>
      {line > 0 && `${t('templates.place', { line, column })} `}
      {t(`templates.problem.${code}`, { name })}
    </span>
  ))
}
