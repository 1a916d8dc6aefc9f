import { type Static, Type } from 'typebox'
import { SIGN_IN_WAYS, UNUSABLE_PROVIDERS } from './mailbox-words.ts'
import { exactly, nullable, oneOf } from './schemas.ts'

/** A mail provider we know, and its pages that help to sign in. */
export const MailProvider = exactly({
  name: Type.String(),
  /** The best way first; none where it cannot be connected, and `unusable` says why. */
  signIn: Type.Array(oneOf(SIGN_IN_WAYS)),
  unusable: nullable(oneOf(UNUSABLE_PROVIDERS)),
  /** Where an app password is made. */
  appPasswordUrl: nullable(Type.String()),
  /** Where mail programs are let in, if they are kept out at first. */
  enableUrl: nullable(Type.String()),
  /** Where its mail is read in a browser. */
  webMailUrl: nullable(Type.String()),
})
export type MailProvider = Static<typeof MailProvider>
