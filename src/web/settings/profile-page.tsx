import { Button, PasswordInput, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { changePassword, endSession, listSessions, type Session, updateMe } from '../../shared/session.ts'
import { LANGUAGES } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { ME_KEY, useMe } from '../session.ts'
import { browserLanguage } from '../speech.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { fullTime } from '../ui/format-time.ts'
import { languageName } from '../ui/language-name.ts'
import { NewPassword } from '../ui/new-password.tsx'
import { useNotices } from '../ui/notices.tsx'
import { useForm } from '../ui/use-form.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import { browserWords } from './browser-words.ts'
import { FormEnd } from './form-end.tsx'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { SignatureField } from './signature-field.tsx'
import { TemplateFault } from './template-fault.tsx'

const UNDO_SECONDS = [0, 5, 10, 15, 20, 30]

/** The agent's own page: name, language, time zone, password, and where they are signed in. */
export function ProfilePage() {
  const { t } = useTranslation()
  return (
    <Page title={t('settings.profile')} hint={useMe().email}>
      <SelfForm />
      <PasswordForm />
      <Sessions />
    </Page>
  )
}

function SelfForm() {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const me = useMe()
  const { name, language, timeZone, undoSeconds, signature } = me
  const form = useForm({ name, language, timeZone, undoSeconds, signature }, async values => {
    queries.setQueryData(ME_KEY, await call(updateMe, { body: values }))
    await queries.invalidateQueries({ queryKey: ['agents'] })
    notices.done(t('done.saved'))
  })
  const { values, set } = form
  const zones = [...new Set([values.timeZone, ...Intl.supportedValuesOf('timeZone'), 'UTC'])]
  return (
    <Card>
      <form className={css.form} onSubmit={form.submit}>
        <TextInput
          label={t('form.name')}
          required
          maxLength={100}
          autoComplete="name"
          value={values.name}
          onChange={event => set({ name: event.currentTarget.value })}
          error={form.wrong('name')}
        />
        <div className={css.two}>
          <Select
            label={t('form.language')}
            allowDeselect={false}
            data={LANGUAGES.map(value => ({ value, label: languageName(value) }))}
            value={values.language}
            onChange={value => set({ language: browserLanguage([value ?? '']) })}
          />
          <Select
            label={t('form.timeZone')}
            searchable
            allowDeselect={false}
            data={zones}
            value={values.timeZone}
            onChange={value => set({ timeZone: value ?? values.timeZone })}
            error={form.wrong('timeZone')}
          />
        </div>
        <Select
          label={t('profile.undoWindow')}
          description={t('profile.undoWindow.hint')}
          allowDeselect={false}
          data={UNDO_SECONDS.map(count => ({ value: String(count), label: t('profile.seconds', { count }) }))}
          value={String(values.undoSeconds)}
          onChange={value => set({ undoSeconds: Number(value) })}
        />
        <SignatureField
          kind="agent"
          label={t('profile.signature')}
          hint={t('profile.signatureHint')}
          value={values.signature}
          onValue={text => set({ signature: text })}
        />
        <FormEnd form={form} Words={TemplateFault} />
      </form>
    </Card>
  )
}

function PasswordForm() {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const form = useForm({ current: '', next: '' }, async values => {
    await call(changePassword, { body: values })
    form.set({ current: '', next: '' })
    await queries.invalidateQueries({ queryKey: ['sessions'] })
    notices.done(t('profile.passwordChanged'))
  })
  const { values, set } = form
  return (
    <Card title={t('profile.password')}>
      <form className={css.form} onSubmit={form.submit}>
        <div className={css.two}>
          <PasswordInput
            label={t('form.currentPassword')}
            required
            autoComplete="current-password"
            value={values.current}
            onChange={event => set({ current: event.currentTarget.value })}
            visibilityToggleButtonProps={{ 'aria-label': t('form.showPassword') }}
          />
          <NewPassword
            label={t('form.newPassword')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={values.next}
            onValue={next => set({ next })}
            error={form.wrong('next')}
          />
        </div>
        <FormEnd form={form} label={t('profile.changePassword')} />
      </form>
    </Card>
  )
}

function Sessions() {
  const { t } = useTranslation()
  const { call } = useApi()
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: async () => (await call(listSessions)).data,
  })
  return (
    <Card title={t('profile.sessions')}>
      {sessions.isError && <Fault error={sessions.error} onRetry={() => void sessions.refetch()} />}
      <ul className={css.rows}>
        {sessions.data?.map(session => (
          <SessionLine key={session.id} session={session} />
        ))}
      </ul>
    </Card>
  )
}

function SessionLine(props: { session: Session }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const timeStyle = useTimeStyle()
  const { session } = props
  const form = useForm({}, async () => {
    await call(endSession, { params: { id: session.id } })
    await queries.invalidateQueries({ queryKey: ['sessions'] })
  })
  return (
    <li className={css.row}>
      <div className={css.main}>
        <p className={css.title} title={session.userAgent}>
          {browserWords(session.userAgent)}
        </p>
        <p className={css.sub}>
          {session.address} · {t('profile.seen', { time: fullTime(new Date(session.seenAt), timeStyle) })}
        </p>
      </div>
      {session.isCurrent ? (
        <span className={css.badge} data-tone="ok">
          {t('profile.thisSession')}
        </span>
      ) : (
        <Button variant="default" size="xs" loading={form.isBusy} onClick={() => form.submit()}>
          {t('profile.endSession')}
        </Button>
      )}
      {form.error !== undefined && <Fault error={form.error} />}
    </li>
  )
}
