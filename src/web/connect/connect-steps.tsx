import { useTranslation } from '../texts.tsx'
import css from './connect.module.css'

const STEPS = ['connect', 'bringIn', 'done'] as const

/** How far connecting a mailbox has come; `at` counts from 0. */
export function ConnectSteps(props: { at: number }) {
  const { t } = useTranslation()
  const { at } = props
  return (
    <ol className={css.stepper} aria-label={t('connect.steps')}>
      {STEPS.map((step, place) => (
        <li key={step} aria-current={place === at ? 'step' : undefined} data-done={place < at}>
          <span className={css.number} aria-hidden>
            {place + 1}
          </span>
          {t(`connect.step.${step}`)}
        </li>
      ))}
    </ol>
  )
}
