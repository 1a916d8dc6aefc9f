import { Button, Collapse, PasswordInput, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type FormEvent, useState } from 'react'
import type { CheckResult, MailboxDiscovery } from '../../shared/mailbox-checks.ts'
import type { MailboxSettings, ServerAddress } from '../../shared/mailboxes.ts'
import { CheckList } from '../settings/check-list.tsx'
import css from '../settings/page.module.css'
import { Card } from '../settings/page.tsx'
import { ServerFields } from '../settings/server-fields.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import own from './connect.module.css'
import { ProviderLine, takesPassword } from './provider-line.tsx'
import { SignInCard } from './sign-in-card.tsx'
import { connectionOf, type Typed } from './typed-account.ts'
import { useDiscovery } from './use-discovery.ts'
import { useLiveCheck } from './use-live-check.ts'

/** Address and password, what is known of the provider before the password, and the check as it runs. */
export function ConnectStep(props: {
  typed: Typed
  onTyped: (typed: Typed) => void
  onChecked: (result: CheckResult) => void
  /** The mailbox was connected without a password, by what the provider granted. */
  onGranted: (mailbox: MailboxSettings) => void
}) {
  const { t } = useTranslation()
  const { typed, onTyped, onChecked, onGranted } = props
  const set = (patch: Partial<Typed>) => onTyped({ ...typed, ...patch })
  const [settled] = useDebouncedValue(typed.address, 400)
  const { found, isLooking } = useDiscovery(settled)
  const known = settled === typed.address ? found : undefined
  const { check, start } = useLiveCheck()
  const [isOpen, setIsOpen] = useState<boolean>()
  const needsServers = known !== undefined && known.imap.length === 0 && takesPassword(known)
  const isBusy = check.running !== undefined
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy) return
    const result = await start(connectionOf(typed, known))
    if (result?.ok) onChecked(result)
    else if (result?.steps.some(step => step.code === 'no-mail-server')) setIsOpen(true)
  }
  /** A host or certificate that the check offered. */
  const mend = (kind: 'imap' | 'smtp', server: ServerAddress) => {
    set(kind === 'imap' ? { imap: server } : { smtp: server })
    setIsOpen(true)
  }
  return (
    <>
      <Card>
        <form className={css.form} onSubmit={submit}>
          <TextInput
            label={t('connect.address')}
            type="email"
            autoComplete="off"
            placeholder="support@example.com"
            required
            value={typed.address}
            onChange={event => set({ address: event.currentTarget.value.trim() })}
          />
          <ProviderLine
            found={known}
            address={settled}
            isLooking={isLooking}
            onMeant={address => set({ address })}
          />
          {(known === undefined || takesPassword(known)) && (
            <>
              <PasswordField typed={typed} found={known} onTyped={set} />
              <ServersPart
                typed={typed}
                found={known}
                onTyped={set}
                isOpen={isOpen ?? needsServers}
                onOpen={setIsOpen}
              />
              {check.error !== undefined && <Fault error={check.error} />}
              {(check.steps.length > 0 || isBusy) && (
                <CheckList result={check} running={check.running} address={typed.address} onMend={mend} />
              )}
              <div className={css.actions}>
                <Button type="submit" loading={isBusy}>
                  {t(check.result?.ok === false ? 'action.retry' : 'connect.submit')}
                </Button>
              </div>
            </>
          )}
        </form>
      </Card>
      <SignInCard typed={typed} onGranted={onGranted} />
    </>
  )
}

/** The servers behind a button, which names those that were found. */
function ServersPart(props: {
  typed: Typed
  found: MailboxDiscovery | undefined
  onTyped: (patch: Partial<Typed>) => void
  isOpen: boolean
  onOpen: (isOpen: boolean) => void
}) {
  const { t } = useTranslation()
  const { typed, found, onTyped, isOpen, onOpen } = props
  return (
    <div>
      <Button
        variant="subtle"
        size="xs"
        className={own.servers}
        aria-expanded={isOpen}
        onClick={() => onOpen(!isOpen)}
      >
        {serversLabel(t('connect.servers'), found, (imap, smtp) => t('connect.serversFound', { imap, smtp }))}
      </Button>
      <Collapse expanded={isOpen} transitionDuration={0}>
        <Servers typed={typed} found={found} onTyped={onTyped} />
      </Collapse>
    </div>
  )
}

function serversLabel(
  plain: string,
  found: MailboxDiscovery | undefined,
  words: (imap: string, smtp: string) => string,
): string {
  const [imap, smtp] = [found?.imap[0], found?.smtp[0]]
  return imap === undefined || smtp === undefined ? plain : words(nameOf(imap), nameOf(smtp))
}

function nameOf({ host, port }: ServerAddress): string {
  return `${host}:${port}`
}

function PasswordField(props: {
  typed: Typed
  found: MailboxDiscovery | undefined
  onTyped: (patch: Partial<Typed>) => void
}) {
  const { t } = useTranslation()
  const provider = props.found?.provider
  const wantsApp = provider?.signIn.includes('app-password') === true && !provider.signIn.includes('password')
  return (
    <PasswordInput
      label={t(wantsApp ? 'connect.appPassword' : 'connect.password')}
      description={wantsApp ? t('connect.appPasswordHint', { name: provider.name }) : undefined}
      autoComplete="new-password"
      required
      visibilityToggleButtonProps={{ 'aria-label': t('form.showPassword') }}
      value={props.typed.password}
      onChange={event => props.onTyped({ password: event.currentTarget.value })}
    />
  )
}

function Servers(props: {
  typed: Typed
  found: MailboxDiscovery | undefined
  onTyped: (patch: Partial<Typed>) => void
}) {
  const { t } = useTranslation()
  const { typed, found, onTyped } = props
  return (
    <div className={css.form} style={{ paddingTop: 8 }}>
      <TextInput
        label={t('connect.username')}
        placeholder={found?.username ?? typed.address}
        autoComplete="off"
        spellCheck={false}
        value={typed.username}
        onChange={event => onTyped({ username: event.currentTarget.value })}
      />
      <ServerFields
        title={t('server.imap')}
        server={typed.imap}
        found={found?.imap[0]}
        onChange={imap => onTyped({ imap })}
      />
      <ServerFields
        title={t('server.smtp')}
        server={typed.smtp}
        found={found?.smtp[0]}
        onChange={smtp => onTyped({ smtp })}
      />
    </div>
  )
}
