import { Button, Collapse, NumberInput, PasswordInput, Radio, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { type CheckResult, checkMailbox, connectMailbox } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { type Form, useForm } from '../ui/use-form.ts'
import { CheckFault, CheckList } from './check-list.tsx'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { ServerFields, serverOf, type TypedServer } from './server-fields.tsx'
import { type SignInTarget, SignInWith } from './sign-in-with.tsx'

type Values = {
  address: string
  password: string
  name: string
  username: string
  imap: TypedServer
  smtp: TypedServer
  rule: 'now' | 'days'
  days: number
}

const BLANK: Values = {
  address: '',
  password: '',
  name: '',
  username: '',
  imap: { host: '', port: 993, security: 'tls' },
  smtp: { host: '', port: 465, security: 'tls' },
  rule: 'now',
  days: 7,
}

/** Connects a mailbox: address and password, the servers found or typed, and what to do with old mail. */
export function ConnectPage() {
  const { t } = useTranslation()
  const me = useMe()
  const [check, setCheck] = useState<CheckResult>()
  const [hasServers, setHasServers] = useState(false)
  const form = useConnectForm(result => {
    setCheck(result)
    if (result?.ok === false) setHasServers(true)
  })
  if (!isAdmin(me)) return <NoPermission />
  return (
    <Page title={t('start.connect')} hint={t('connect.hint')}>
      <Card>
        <form className={css.form} onSubmit={form.submit}>
          <TextInput
            label={t('connect.address')}
            type="email"
            autoComplete="off"
            placeholder="support@example.com"
            required
            value={form.values.address}
            onChange={event => form.set({ address: event.currentTarget.value.trim() })}
            error={form.wrong('address')}
          />
          <PasswordInput
            label={t('connect.password')}
            description={t('connect.passwordHint')}
            autoComplete="new-password"
            required
            visibilityToggleButtonProps={{ 'aria-label': t('form.showPassword') }}
            value={form.values.password}
            onChange={event => form.set({ password: event.currentTarget.value })}
          />
          <TextInput
            label={t('connect.name')}
            description={t('connect.nameHint')}
            maxLength={100}
            value={form.values.name}
            onChange={event => form.set({ name: event.currentTarget.value })}
          />
          <OldMail form={form} />
          <div>
            <Button
              variant="subtle"
              size="xs"
              aria-expanded={hasServers}
              onClick={() => setHasServers(!hasServers)}
            >
              {t('connect.servers')}
            </Button>
            <Collapse expanded={hasServers} transitionDuration={0}>
              <Servers form={form} />
            </Collapse>
          </div>
          <CheckFault error={form.error} />
          {check !== undefined && <CheckList result={check} />}
          <div className={css.actions}>
            <Button type="submit" loading={form.isBusy}>
              {t(check?.ok === false ? 'action.retry' : 'connect.submit')}
            </Button>
          </div>
        </form>
      </Card>
      <Card title={t('signInWith.title')}>
        <SignInWith target={targetOf(form.values)} />
      </Card>
    </Page>
  )
}

function useConnectForm(onCheck: (result: CheckResult | undefined) => void): Form<Values> {
  const { call } = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const notices = useNotices()
  const { t } = useTranslation()
  const form = useForm(BLANK, async values => {
    onCheck(undefined)
    const result = await call(checkMailbox, { body: connectionOf(values) })
    onCheck(asNotFound(result, values))
    if (!result.ok) {
      form.set({ imap: result.imap ?? values.imap, smtp: result.smtp ?? values.smtp })
      return
    }
    const mailbox = await call(connectMailbox, {
      body: {
        ...connectionOf(values, result),
        name: values.name.trim() || nameFrom(values.address),
        start: values.rule === 'now' ? { rule: 'now' } : { rule: 'days', days: values.days },
      },
    })
    await queries.invalidateQueries()
    notices.done(t('connect.done', { name: mailbox.name }))
    await navigate({ to: '/settings/mailboxes/$id', params: { id: String(mailbox.id) } })
  })
  return form
}

// Whoever typed no server must not be told to check its spelling: the one that was guessed is not there.
function asNotFound(result: CheckResult, typed: Values): CheckResult {
  const guessed = [
    ...(typed.imap.host === '' ? ['imap-connect'] : []),
    ...(typed.smtp.host === '' ? ['smtp-connect'] : []),
  ]
  const steps = result.steps.map(step =>
    step.code === 'host-not-found' && guessed.includes(step.step)
      ? { ...step, code: 'no-mail-server', detail: null }
      : step,
  )
  return { ...result, steps }
}

// What was found by the check is used as it is, so that connecting tries nothing else.
function connectionOf(values: Values, found?: CheckResult) {
  const username = found?.username ?? (values.username.trim() || undefined)
  const imap = found?.imap ?? serverOf(values.imap)
  const smtp = found?.smtp ?? serverOf(values.smtp)
  return {
    address: values.address,
    password: values.password,
    ...(username === undefined ? {} : { username }),
    ...(imap === undefined ? {} : { imap }),
    ...(smtp === undefined ? {} : { smtp }),
  }
}

function targetOf({ address, name, rule, days, ...typed }: Values): SignInTarget {
  const start = rule === 'now' ? { rule } : { rule, days }
  const [imap, smtp] = [serverOf(typed.imap), serverOf(typed.smtp)]
  return {
    address,
    start,
    name: name.trim() || nameFrom(address),
    ...(imap === undefined ? {} : { imap }),
    ...(smtp === undefined ? {} : { smtp }),
  }
}

// support@firma.bg is "Support" until someone names it better.
function nameFrom(address: string): string {
  const local = address.split('@')[0] ?? address
  return local.charAt(0).toLocaleUpperCase() + local.slice(1)
}

function OldMail(props: { form: Form<Values> }) {
  const { t } = useTranslation()
  const { values, set } = props.form
  return (
    <>
      <Radio.Group
        label={t('connect.oldMail')}
        description={t('connect.oldMailHint')}
        value={values.rule}
        onChange={rule => set({ rule: rule === 'days' ? 'days' : 'now' })}
      >
        <div className={css.form} style={{ gap: 8, paddingTop: 8 }}>
          <Radio value="now" label={t('connect.fromNow')} />
          <Radio value="days" label={t('connect.lastDays')} />
        </div>
      </Radio.Group>
      {values.rule === 'days' && (
        <NumberInput
          label={t('connect.days')}
          min={1}
          max={3650}
          allowDecimal={false}
          value={values.days}
          onChange={days => set({ days: Math.max(1, Number(days)) })}
        />
      )}
    </>
  )
}

function Servers(props: { form: Form<Values> }) {
  const { t } = useTranslation()
  const { values, set } = props.form
  return (
    <div className={css.form} style={{ paddingTop: 8 }}>
      <TextInput
        label={t('connect.username')}
        placeholder={values.address}
        autoComplete="off"
        spellCheck={false}
        value={values.username}
        onChange={event => set({ username: event.currentTarget.value })}
      />
      <ServerFields title={t('server.imap')} server={values.imap} onChange={imap => set({ imap })} />
      <ServerFields title={t('server.smtp')} server={values.smtp} onChange={smtp => set({ smtp })} />
    </div>
  )
}
