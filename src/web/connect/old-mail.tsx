import { Checkbox, Radio, Select } from '@mantine/core'
import type { TFunction } from 'i18next'
import type { CheckFacts } from '../../shared/mailbox-checks.ts'
import type { MailboxStart } from '../../shared/mailboxes.ts'
import css from '../settings/page.module.css'
import { useTranslation } from '../texts.tsx'

/**
 * What of the mail that is there comes in; `days` counts where the rule is that, and `historyDays` where there is to be
 * history.
 */
export type OldMailChoice = {
  rule: 'now' | 'days'
  days: number
  hasHistory: boolean
  historyDays: number
}

/** Nothing of it. */
export const NO_OLD_MAIL: OldMailChoice = { rule: 'now', days: 7, hasHistory: false, historyDays: 365 }

const DAYS = [1, 7, 30, 90, 365]
const YEAR = 365
const ALL = 36_500
const HISTORY_DAYS = [90, YEAR, 2 * YEAR, 5 * YEAR, ALL]

/**
 * The choice between only new mail and that of the last days, and whether what lies before is to be history, with numbers
 * where a check has counted.
 */
export function OldMail(props: {
  choice: OldMailChoice
  inside: CheckFacts
  onChange: (choice: Partial<OldMailChoice>) => void
}) {
  const { t } = useTranslation()
  const { choice, inside, onChange } = props
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
          data={DAYS.map(days => ({ value: String(days), label: daysLabel(t, days, inside) }))}
          allowDeselect={false}
          value={String(choice.days)}
          onChange={days => onChange({ days: Number(days) })}
        />
      )}
      <Checkbox
        label={t('connect.history')}
        description={t('connect.historyHint')}
        checked={choice.hasHistory}
        onChange={event => onChange({ hasHistory: event.currentTarget.checked })}
      />
      {choice.hasHistory && (
        <Select
          label={t('connect.historySpan')}
          data={HISTORY_DAYS.map(days => ({
            value: String(days),
            label: historyLabel(t, days, choice, inside),
          }))}
          allowDeselect={false}
          value={String(choice.historyDays)}
          onChange={days => onChange({ historyDays: Number(days) })}
        />
      )}
    </>
  )
}

/** The choice as the API takes it. */
export function startOf({ rule, days, hasHistory, historyDays }: OldMailChoice): MailboxStart {
  const history = hasHistory ? { historyDays } : {}
  return rule === 'now' ? { rule, ...history } : { rule, days, ...history }
}

function daysLabel(t: TFunction, days: number, inside: CheckFacts): string {
  return withCount(t, t('connect.daysOption', { count: days }), countSince(inside, days))
}

/** Of what lies before the days that become tickets. */
function historyLabel(
  t: TFunction,
  days: number,
  { rule, days: openDays }: OldMailChoice,
  inside: CheckFacts,
): string {
  const all = countSince(inside, days)
  const open = rule === 'days' ? countSince(inside, openDays) : 0
  const left = all === undefined || open === undefined ? undefined : Math.max(0, all - open)
  return withCount(t, spanLabel(t, days), left)
}

function spanLabel(t: TFunction, days: number): string {
  if (days === ALL) return t('connect.historyAll')
  if (days >= YEAR) return t('connect.historyYears', { count: Math.round(days / YEAR) })
  return t('connect.historyMonths', { count: Math.round(days / 30) })
}

function withCount(t: TFunction, label: string, mails: number | undefined): string {
  return mails === undefined ? label : `${label} — ${t('connect.about', { count: mails })}`
}

/** In INBOX and Sent. */
function countSince({ recent, recentSent = [] }: CheckFacts, days: number): number | undefined {
  const mails = recent?.find(one => one.days === days)?.mails
  if (mails === undefined) return undefined
  return mails + (recentSent.find(one => one.days === days)?.mails ?? 0)
}
