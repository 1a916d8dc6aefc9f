import { Checkbox, Radio, Select } from '@mantine/core'
import type { CheckFacts } from '../../shared/mailbox-checks.ts'
import { WATCHED_ROLES } from '../../shared/mailbox-words.ts'
import type { MailboxStart } from '../../shared/mailboxes.ts'
import css from '../settings/page.module.css'
import { useTranslation } from '../texts.tsx'
import type { TFunction } from '../words-of.ts'
import own from './connect.module.css'

/**
 * What of the mail that is there comes in; `days` counts where the rule is that, and `historyDays` where there is to be
 * history.
 */
export type OldMailChoice = {
  rule: 'now' | 'days'
  days: number
  hasHistory: boolean
  historyDays: number
  /** The folders it is of, by path; none where nobody has listed them. */
  folders: string[]
}

/** Nothing of it. */
export const NO_OLD_MAIL: OldMailChoice = {
  rule: 'now',
  days: 7,
  hasHistory: false,
  historyDays: 365,
  folders: [],
}

/** INBOX and Sent, so that earlier answers are in the tickets. */
export function usualFolders({ folders = [] }: CheckFacts): string[] {
  return folders.filter(({ role }) => WATCHED_ROLES.some(one => one === role)).map(({ path }) => path)
}

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
          data={DAYS.map(days => ({ value: String(days), label: daysLabel(t, days, choice, inside) }))}
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
      <Folders {...props} />
    </>
  )
}

/** Which folders are watched, and how much of each comes in. */
function Folders(props: {
  choice: OldMailChoice
  inside: CheckFacts
  onChange: (choice: Partial<OldMailChoice>) => void
}) {
  const { t } = useTranslation()
  const { choice, inside, onChange } = props
  const { folders: listed = [] } = inside
  if (listed.length === 0) return null
  return (
    <Checkbox.Group
      label={t('connect.folders')}
      description={t('connect.foldersHint')}
      value={choice.folders}
      onChange={folders => onChange({ folders })}
    >
      <div className={own.folders}>
        {listed.map(folder => (
          <Checkbox key={folder.path} value={folder.path} label={folderLabel(t, folder, choice)} />
        ))}
      </div>
    </Checkbox.Group>
  )
}

/** The choice as the API takes it. */
export function startOf({ rule, days, hasHistory, historyDays }: OldMailChoice): MailboxStart {
  const history = hasHistory ? { historyDays } : {}
  return rule === 'now' ? { rule, ...history } : { rule, days, ...history }
}

function daysLabel(t: TFunction, days: number, choice: OldMailChoice, inside: CheckFacts): string {
  return withCount(t, t('connect.daysOption', { count: days }), countSince(inside, choice, days))
}

/** Of what lies before the days that become tickets. */
function historyLabel(t: TFunction, days: number, choice: OldMailChoice, inside: CheckFacts): string {
  const all = countSince(inside, choice, days)
  const open = choice.rule === 'days' ? countSince(inside, choice, choice.days) : 0
  const left = all === undefined || open === undefined ? undefined : Math.max(0, all - open)
  return withCount(t, spanLabel(t, days), left)
}

function spanLabel(t: TFunction, days: number): string {
  if (days === ALL) return t('connect.historyAll')
  if (days >= YEAR) return t('connect.historyYears', { count: Math.round(days / YEAR) })
  return t('connect.historyMonths', { count: Math.round(days / 30) })
}

function withCount(t: TFunction, label: string, mails: number | undefined): string {
  return mails === undefined ? label : `${label} — ${t('connect.mails', { count: mails })}`
}

type Folder = NonNullable<CheckFacts['folders']>[number]

/** In the chosen folders; undefined where one of them was not counted. */
function countSince({ folders = [] }: CheckFacts, choice: OldMailChoice, days: number): number | undefined {
  if (folders.length === 0) return undefined
  const counts = folders.filter(({ path }) => choice.folders.includes(path)).map(one => cameOf(one, days))
  return counts.includes(undefined) ? undefined : counts.reduce((sum: number, mails) => sum + (mails ?? 0), 0)
}

function cameOf({ recent }: Folder, days: number): number | undefined {
  return recent?.find(one => one.days === days)?.mails
}

/** How many mails it has, and where it is ticked how many of them come in. */
function folderLabel(t: TFunction, folder: Folder, choice: OldMailChoice): string {
  const { path, mails } = folder
  if (mails === null) return path
  const days = Math.max(choice.rule === 'days' ? choice.days : 0, choice.hasHistory ? choice.historyDays : 0)
  const came = days === 0 ? 0 : cameOf(folder, days)
  if (came === undefined || mails === 0 || !choice.folders.includes(path))
    return `${path} — ${t('connect.mails', { count: mails })}`
  return `${path} — ${t('connect.someOf', { came, count: mails })}`
}
