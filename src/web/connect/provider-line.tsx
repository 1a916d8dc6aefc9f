import { Button } from '@mantine/core'
import { ExternalLink, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { MailboxDiscovery } from '../../shared/mailbox-checks.ts'
import { useTranslation } from '../texts.tsx'
import type { TFunction } from '../words-of.ts'
import css from './connect.module.css'

/** Whether a password is of any use there. */
export function takesPassword({ provider }: MailboxDiscovery): boolean {
  return provider === null || provider.signIn.some(way => way === 'password' || way === 'app-password')
}

/** Who provides the address, what that means for signing in, and whether another address was meant. */
export function ProviderLine(props: {
  found: MailboxDiscovery | undefined
  address: string
  isLooking: boolean
  onMeant: (address: string) => void
}) {
  const { t } = useTranslation()
  const { found, address } = props
  if (found === undefined) {
    return props.isLooking ? <p className={css.looking}>{t('connect.looking')}</p> : null
  }
  return (
    <div className={css.provider} role="status">
      {found.didYouMean !== null && <Meant address={found.didYouMean} onMeant={props.onMeant} />}
      <Line isWarning={found.provider?.unusable != null || !takesPassword(found)}>
        {whoLine(t, found, address)}
      </Line>
      <SignInHelp found={found} />
      {found.needsConsent && (
        <Line isWarning>
          {t('connect.consent', {
            domain: address.slice(address.lastIndexOf('@') + 1),
            hosts: [...new Set([...found.imap, ...found.smtp].map(({ host }) => host))].join(', '),
          })}
        </Line>
      )}
    </div>
  )
}

function whoLine(t: TFunction, found: MailboxDiscovery, address: string): string {
  const { provider, providerName, foundBy, mxHost } = found
  if (provider?.unusable) return t(`connect.unusable.${provider.unusable}`, { name: provider.name })
  if (!takesPassword(found)) return t('connect.onlyMicrosoft', { name: provider?.name })
  if (provider !== null && foundBy === 'mx')
    return t('connect.looksLikeMx', { name: provider.name, host: mxHost })
  if (provider !== null) return t('connect.looksLike', { name: provider.name })
  if (foundBy === null) return t('connect.nothingFound')
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return providerName === null
    ? t(`connect.found.${foundBy}`, { domain })
    : t('connect.looksLike', { name: providerName })
}

function Meant(props: { address: string; onMeant: (address: string) => void }) {
  const { t } = useTranslation()
  return (
    <Line isWarning>
      {t('connect.didYouMean')}{' '}
      <Button variant="subtle" size="compact-sm" onClick={() => props.onMeant(props.address)}>
        {props.address}
      </Button>
    </Line>
  )
}

/** The provider's own pages that get one in. */
function SignInHelp(props: { found: MailboxDiscovery }) {
  const { t } = useTranslation()
  const { provider } = props.found
  if (provider === null) return null
  const { appPasswordUrl, enableUrl, signIn, name } = provider
  return (
    <>
      {enableUrl !== null && (
        <Line>
          {t('connect.enable', { name })} <Outside href={enableUrl}>{t('connect.enableHow')}</Outside>
        </Line>
      )}
      {appPasswordUrl !== null && signIn.some(way => way === 'app-password') && (
        <Line>
          {t(signIn.includes('password') ? 'connect.appPasswordMaybe' : 'connect.appPasswordMust')}{' '}
          <Outside href={appPasswordUrl}>{t('connect.appPasswordHow')}</Outside>
        </Line>
      )}
    </>
  )
}

function Outside(props: { href: string; children: ReactNode }) {
  return (
    <a href={props.href} target="_blank" rel="noreferrer">
      {props.children} <ExternalLink size={12} aria-hidden />
    </a>
  )
}

function Line(props: { isWarning?: boolean; children: ReactNode }) {
  const Icon = props.isWarning === true ? TriangleAlert : Info
  return (
    <p className={css.line} data-tone={props.isWarning === true ? 'warn' : 'info'}>
      <Icon size={16} strokeWidth={1.75} aria-hidden />
      <span>{props.children}</span>
    </p>
  )
}
