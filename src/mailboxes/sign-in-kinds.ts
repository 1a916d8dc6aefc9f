import type { SignInKind } from '../shared/vocabulary.ts'
import type { MailServer } from './mail-server.ts'

/** What a provider wants to be asked for so that IMAP and SMTP may be used, beside who it is. */
export type KindFacts = {
  identityScopes: string
  mailScopes: string
  /** Further parameters of the request for consent. */
  params: Record<string, string>
  servers: { imap: MailServer; smtp: MailServer } | null
}

const googleServers = {
  imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
  smtp: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
} as const
const googleScope = 'https://mail.google.com/' // developers.google.com/workspace/gmail/imap/xoauth2-protocol

/** The facts of each kind. Where `mailScopes` is empty, the app itself names them. */
export const KIND_FACTS: { readonly [Kind in SignInKind]: KindFacts } = {
  google: {
    identityScopes: 'openid email',
    mailScopes: googleScope,
    // Without both there is no refresh token for whoever has consented before.
    params: { access_type: 'offline', prompt: 'consent' },
    servers: googleServers,
  },
  microsoft: {
    identityScopes: 'openid profile email offline_access',
    mailScopes: 'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send',
    params: { prompt: 'select_account' },
    servers: {
      imap: { host: 'outlook.office365.com', port: 993, security: 'tls' },
      smtp: { host: 'smtp.office365.com', port: 587, security: 'starttls' },
    },
  },
  openid: {
    identityScopes: 'openid email offline_access',
    mailScopes: '',
    params: { prompt: 'consent' }, // offline_access counts only with it (OpenID Connect Core §11)
    servers: null,
  },
  google_delegation: { identityScopes: '', mailScopes: googleScope, params: {}, servers: googleServers },
}

/** Where the tokens of a kind come from: fixed, by tenant, or as typed. */
export function issuerOf(app: { kind: SignInKind; tenant?: string; issuer?: string }): string {
  if (app.kind === 'google') return 'https://accounts.google.com'
  if (app.kind === 'microsoft') return `https://login.microsoftonline.com/${app.tenant ?? ''}/v2.0`
  return app.issuer ?? ''
}
