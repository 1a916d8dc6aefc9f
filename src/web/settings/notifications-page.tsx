import { Checkbox, Switch } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import {
  changeNotificationSettings,
  getNotificationSettings,
  type NotificationSettings,
  type QuietHours,
} from '../../shared/notifications.ts'
import { NOTIFICATION_CHANNELS, NOTIFICATION_EVENTS } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { useMailboxes, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useNotices } from '../ui/notices.tsx'
import { useForm } from '../ui/use-form.ts'
import { ClockField } from '../when/clock-field.tsx'
import { BrowserCard } from './browser-card.tsx'
import { FormEnd } from './form-end.tsx'
import own from './notifications-page.module.css'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { weekdayName } from './weekday-name.ts'

const KEY = ['notification-settings'] as const
const FIRST_QUIET: QuietHours = { from: '19:00', to: '08:00', days: [5, 6] }
const WEEK = [0, 1, 2, 3, 4, 5, 6]

/** How an agent wants to be told of what concerns them. */
export function NotificationsPage() {
  const { t } = useTranslation()
  const { call } = useApi()
  const settings = useQuery({ queryKey: KEY, queryFn: () => call(getNotificationSettings) })
  return (
    <Page title={t('settings.notifications')} hint={t('notifications.hint')}>
      <BrowserCard />
      {settings.isError && <Fault error={settings.error} onRetry={() => void settings.refetch()} />}
      {settings.data !== undefined && <SettingsForm settings={settings.data} />}
    </Page>
  )
}

type PartProps = { values: NotificationSettings; set: (patch: Partial<NotificationSettings>) => void }

function SettingsForm({ settings }: { settings: NotificationSettings }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const form = useForm(settings, async values => {
    queries.setQueryData(KEY, await call(changeNotificationSettings, { body: values }))
    await queries.invalidateQueries({ queryKey: ['notifications'] })
    notices.done(t('done.saved'))
  })
  const { values, set } = form
  return (
    <Card title={t('notifications.what')}>
      <form className={css.form} onSubmit={form.submit}>
        <ChannelTable values={values} set={set} />
        <p className={css.sub}>{t('notifications.mailHint')}</p>
        <MutedMailboxes values={values} set={set} />
        <QuietFields values={values} set={set} />
        <FormEnd form={form} />
      </form>
    </Card>
  )
}

function ChannelTable({ values, set }: PartProps) {
  const { t } = useTranslation()
  const { channels } = values
  return (
    <table className={own.table}>
      <thead>
        <tr>
          <td />
          {NOTIFICATION_CHANNELS.map(channel => (
            <th key={channel} scope="col">
              {t(`notifications.channel.${channel}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {NOTIFICATION_EVENTS.map(event => (
          <tr key={event}>
            <th scope="row">{t(`notifications.event.${event}`)}</th>
            {NOTIFICATION_CHANNELS.map(channel => (
              <td key={channel}>
                <Checkbox
                  className={own.tick}
                  aria-label={`${t(`notifications.event.${event}`)}: ${t(`notifications.channel.${channel}`)}`}
                  checked={channels[event][channel]}
                  onChange={({ currentTarget: { checked } }) =>
                    set({ channels: { ...channels, [event]: { ...channels[event], [channel]: checked } } })
                  }
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function MutedMailboxes({ values, set }: PartProps) {
  const { t } = useTranslation()
  const mailboxes = useMailboxes().data ?? []
  const { mutedMailboxIds } = values
  if (mailboxes.length === 0) return null
  return (
    <fieldset className={css.group}>
      <legend className={own.legend}>{t('notifications.mailboxes')}</legend>
      <p className={css.sub}>{t('notifications.mailboxesHint')}</p>
      {mailboxes.map(({ id, name }) => (
        <Checkbox
          key={id}
          label={name}
          checked={!mutedMailboxIds.includes(id)}
          onChange={({ currentTarget: { checked } }) => {
            const others = mutedMailboxIds.filter(other => other !== id)
            set({ mutedMailboxIds: checked ? others : [...others, id] })
          }}
        />
      ))}
    </fieldset>
  )
}

function QuietFields({ values, set }: PartProps) {
  const { t, i18n } = useTranslation()
  const { timeZone } = useMe()
  const quiet = values.quietHours
  const change = (patch: Partial<QuietHours>) => set({ quietHours: { ...(quiet ?? FIRST_QUIET), ...patch } })
  return (
    <fieldset className={css.group}>
      <legend className={own.legend}>{t('notifications.quiet')}</legend>
      <Switch
        label={t('notifications.quietOn')}
        description={t('notifications.quietHint', { timeZone })}
        checked={quiet !== null}
        onChange={event => set({ quietHours: event.currentTarget.checked ? FIRST_QUIET : null })}
      />
      {quiet !== null && (
        <>
          <div className={own.times}>
            <ClockField
              label={t('notifications.quietFrom')}
              clock={quiet.from}
              onClock={from => change({ from })}
            />
            <ClockField label={t('notifications.quietTo')} clock={quiet.to} onClock={to => change({ to })} />
          </div>
          <p>{t('notifications.quietDays')}</p>
          <div className={own.days}>
            {WEEK.map(day => (
              <Checkbox
                key={day}
                label={weekdayName(day, i18n.language)}
                checked={quiet.days.includes(day)}
                onChange={({ currentTarget: { checked } }) =>
                  change({ days: WEEK.filter(one => (one === day ? checked : quiet.days.includes(one))) })
                }
              />
            ))}
          </div>
        </>
      )}
    </fieldset>
  )
}
