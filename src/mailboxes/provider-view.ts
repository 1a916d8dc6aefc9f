import type { SignInWay, UnusableProvider } from '../shared/mailbox-words.ts'
import type { Provider } from './mail-providers.ts'

/** What people are told of a provider we know: how to sign in, and its pages that help; null where it has none. */
export type ProviderView = {
  name: string
  signIn: SignInWay[]
  unusable: UnusableProvider | null
  appPasswordUrl: string | null
  enableUrl: string | null
  webMailUrl: string | null
}

/** Leaves out what only we need of it: domains, servers and limits. */
export function providerView(provider: Provider | null): ProviderView | null {
  if (provider === null) return null
  const { name, signIn, unusable = null } = provider
  const { appPasswordUrl = null, enableUrl = null, webMailUrl = null } = provider
  return { name, signIn: [...signIn], unusable, appPasswordUrl, enableUrl, webMailUrl }
}
