import { PasswordInput, Radio, Textarea, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { saveSignInApp, type TypedSignInApp } from '../../shared/sign-in-apps.ts'
import { SIGN_IN_KINDS, type SignInKind } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { type Form, useForm } from '../ui/use-form.ts'
import { DayField } from '../when/day-field.tsx'
import { Copied } from './copied.tsx'
import { FormEnd } from './form-end.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'
import { ProviderErrors } from './provider-errors.tsx'
import { SignInFault } from './sign-in-fault.tsx'

type Values = {
  clientId: string
  clientSecret: string
  tenant: string
  secretExpiresOn: string
  name: string
  issuer: string
  scopes: string
  keyFile: string
}

const BLANK: Values = {
  clientId: '',
  clientSecret: '',
  tenant: '',
  secretExpiresOn: '',
  name: '',
  issuer: '',
  scopes: '',
  keyFile: '',
}

const STEPS = {
  google: [1, 2, 3],
  microsoft: [1, 2, 3, 4],
  google_delegation: [1, 2, 3],
  openid: [1, 2],
} as const

/** Registers an app, step by step as its provider wants it, and saves it once the provider knows it. */
export function SignInAppForm(props: {
  redirectUri: string
  redirectProblem: 'not-https' | 'ip-address' | null
}) {
  const { t } = useTranslation()
  const [kind, setKind] = useState<SignInKind>('google')
  const { redirectProblem } = props
  const isSentBack = kind !== 'google_delegation'
  return (
    <Card title={t('signInApp.add')}>
      <Radio.Group
        label={t('signInApp.kind')}
        value={kind}
        onChange={chosen => setKind(SIGN_IN_KINDS.find(one => one === chosen) ?? 'google')}
      >
        <div className={css.kinds}>
          {SIGN_IN_KINDS.map(one => (
            <Radio key={one} value={one} label={t(`signInApp.kind.${one}`)} />
          ))}
        </div>
      </Radio.Group>
      <ol className={css.guide}>
        {STEPS[kind].map(step => (
          <li key={`${kind} ${step}`}>{t(`signInApp.guide.${kind}.${step}`)}</li>
        ))}
      </ol>
      {isSentBack && redirectProblem !== null && (
        <p className={css.problem}>{t(`signInApp.redirectProblem.${redirectProblem}`)}</p>
      )}
      {isSentBack && (
        <div>
          <Copied label={t('signInApp.redirectUri')} text={props.redirectUri} />
          <p className={css.sub}>{t('signInApp.redirectHint')}</p>
        </div>
      )}
      <KindForm key={kind} kind={kind} />
      <ProviderErrors kind={kind} />
    </Card>
  )
}

function KindForm(props: { kind: SignInKind }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { kind } = props
  const form = useForm(BLANK, async values => {
    const app = await call(saveSignInApp, { body: typedOf(kind, values) })
    await queries.invalidateQueries({ queryKey: ['sign-in-apps'] })
    form.set(BLANK)
    notices.done(t('signInApp.saved', { name: app.name }))
  })
  return (
    <form className={css.form} onSubmit={form.submit}>
      {kind === 'openid' && <OpenIdFields form={form} />}
      {kind === 'microsoft' && (
        <TextField
          form={form}
          field="tenant"
          hint={t('signInApp.tenantHint')}
          label={t('signInApp.tenant')}
        />
      )}
      {kind === 'google_delegation' ? <KeyFile form={form} /> : <ClientFields form={form} kind={kind} />}
      {kind === 'microsoft' && (
        <DayField
          label={t('signInApp.secretExpiresOn')}
          description={t('signInApp.secretExpiresHint')}
          day={form.values.secretExpiresOn}
          onDay={secretExpiresOn => form.set({ secretExpiresOn })}
          error={form.wrong('secretExpiresOn')}
        />
      )}
      <FormEnd form={form} Words={SignInFault} label={t('signInApp.save')} />
    </form>
  )
}

function ClientFields(props: { form: Form<Values>; kind: SignInKind }) {
  const { t } = useTranslation()
  const isMicrosoft = props.kind === 'microsoft'
  const { values, set } = props.form
  return (
    <>
      <TextField
        form={props.form}
        field="clientId"
        label={t(isMicrosoft ? 'signInApp.applicationId' : 'signInApp.clientId')}
      />
      <PasswordInput
        label={t(isMicrosoft ? 'signInApp.secretValue' : 'signInApp.secret')}
        autoComplete="new-password"
        required
        visibilityToggleButtonProps={{ 'aria-label': t('form.showPassword') }}
        value={values.clientSecret}
        onChange={event => set({ clientSecret: event.currentTarget.value })}
      />
    </>
  )
}

function OpenIdFields(props: { form: Form<Values> }) {
  const { t } = useTranslation()
  const { form } = props
  return (
    <>
      <TextField form={form} field="name" label={t('signInApp.name')} />
      <TextField form={form} field="issuer" label={t('signInApp.issuer')} hint={t('signInApp.issuerHint')} />
      <TextField form={form} field="scopes" label={t('signInApp.scopes')} hint={t('signInApp.scopesHint')} />
    </>
  )
}

function TextField(props: { form: Form<Values>; field: keyof Values; label: string; hint?: string }) {
  const { form, field } = props
  return (
    <TextInput
      label={props.label}
      description={props.hint}
      autoComplete="off"
      spellCheck={false}
      required
      value={form.values[field]}
      onChange={event => form.set({ [field]: event.currentTarget.value })}
      error={form.wrong(field)}
    />
  )
}

function KeyFile(props: { form: Form<Values> }) {
  const { t } = useTranslation()
  const { values, set } = props.form
  return (
    <Textarea
      label={t('signInApp.keyFile')}
      description={t('signInApp.keyFileHint')}
      classNames={{ input: css.source ?? '' }}
      autoComplete="off"
      spellCheck={false}
      required
      rows={6}
      value={values.keyFile}
      onChange={event => set({ keyFile: event.currentTarget.value })}
    />
  )
}

function typedOf(kind: SignInKind, values: Values): TypedSignInApp {
  const { clientId, clientSecret, tenant, name, issuer, scopes, keyFile } = values
  if (kind === 'google_delegation') return { kind, keyFile }
  if (kind === 'google') return { kind, clientId, clientSecret }
  if (kind === 'openid') return { kind, name, issuer, clientId, clientSecret, scopes }
  return { kind, tenant, clientId, clientSecret, secretExpiresOn: values.secretExpiresOn || null }
}
