import { Radio, Select } from '@mantine/core'
import type { TFunction } from 'i18next'
import type { CheckFacts } from '../../shared/mailbox-checks.ts'
import css from '../settings/page.module.css'
import { useTranslation } from '../texts.tsx'

/** What of the mail that is there comes in; `days` counts where the rule is that. */
export type OldMailChoice = { rule: 'now' | 'days'; days: number }

/** Nothing of it. */
export const NO_OLD_MAIL: OldMailChoice = { rule: 'now', days: 7 }

const DAYS = [1, 7, 30, 90, 365]

/** The choice between only new mail and that of the last days, with numbers where a check has counted. */
export function OldMail(props: {
  choice: OldMailChoice
  inside: CheckFacts
  onChange: (choice: Partial<OldMailChoice>) => void
}) {
  const { t } = useTranslation()
  const { choice, inside, onChange } = props
  const options = DAYS.map(days => ({ value: String(days), label: daysLabel(t, days, inside) }))
  return (
    <>
      <Radio.Group
        label={t('connect.oldMail')}
        description={t('connect.oldMailHint')}
        value={choice.rule}
        onChange={rule => onChange({ rule: rule === 'days' ? 'days' : 'now' })}
      >
        <div className={css.form} style={{ gap: 8, paddingTop: 8 }}>
          <Radio value="now" label={t('connect.fromNow')} />
          <Radio value="days" label={t('connect.lastDays')} />
        </div>
      </Radio.Group>
      {choice.rule === 'days' && (
        <Select
          label={t('connect.days')}
          data={options}
          allowDeselect={false}
          value={String(choice.days)}
          onChange={days => onChange({ days: Number(days) })}
        />
      )}
    </>
  )
}

/** The choice as the API takes it. */
export function startOf({ rule, days }: OldMailChoice): { rule: 'now' } | { rule: 'days'; days: number } {
  return rule === 'now' ? { rule } : { rule, days }
}

function daysLabel(t: TFunction, days: number, { recent }: CheckFacts): string {
  const label = t('connect.daysOption', { count: days })
  const mails = recent?.find(one => one.days === days)?.mails
  return mails === undefined ? label : `${label} — ${t('connect.about', { count: mails })}`
}
