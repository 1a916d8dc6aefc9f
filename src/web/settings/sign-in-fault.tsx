import { CallFailed } from '../call.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { CheckFault } from './check-list.tsx'
import css from './page.module.css'
import { ProblemWords } from './problem-words.tsx'

/** Why signing in at a provider did not succeed: by the shape of an app, as the provider says, or step by step. */
export function SignInFault(props: { error: unknown }) {
  const { t, i18n } = useTranslation()
  const { error } = props
  if (!(error instanceof CallFailed)) return <Fault error={error} />
  const { problem, serverText } = error.problem?.details ?? {}
  if (error.code === 'bad-sign-in-app') {
    return (
      <p role="alert" className={css.problem}>
        {t(`signInApp.problem.${String(problem)}`)}
      </p>
    )
  }
  if (!i18n.exists(`problem.${error.code}`)) return <CheckFault error={error} />
  return (
    <div role="alert">
      <ProblemWords code={error.code} detail={typeof serverText === 'string' ? serverText : null} />
    </div>
  )
}
