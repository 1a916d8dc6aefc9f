import { type AppError, RemoteFault } from '../lib/app-error.ts'
import type { MailAccount } from './account.ts'
import type { Trust } from './host-guard.ts'
import { SmtpRefused } from './smtp-reply.ts'

/**
 * Signs in by the account's password (`null`) or by its token. A token the server refuses is renewed once, as it may have
 * been ended before its time.
 *
 * @throws RemoteFault of `signIn`, where a good token is refused `token-refused`; as `nameOAuthFault` where there is none
 */
export async function signInBy<Result>(
  { tokens }: Pick<MailAccount, 'tokens'>,
  trust: Trust,
  signIn: (token: string | null) => Promise<Result>,
): Promise<Result> {
  if (tokens === undefined) return await signIn(null)
  try {
    return await signIn(await tokens.get(trust))
  } catch (fault) {
    if (!isRefusal(fault)) throw fault
    const other = await tokens.renew(trust)
    if (other === null) throw asTokenRefused(fault)
    return await signInAgain(other, signIn)
  }
}

async function signInAgain<Result>(
  token: string,
  signIn: (token: string) => Promise<Result>,
): Promise<Result> {
  try {
    return await signIn(token)
  } catch (fault) {
    throw isRefusal(fault) ? asTokenRefused(fault) : fault
  }
}

function isRefusal(fault: unknown): fault is RemoteFault {
  return fault instanceof RemoteFault && fault.code === 'wrong-password'
}

/** Nobody typed a password that could be wrong. */
function asTokenRefused(fault: RemoteFault): AppError {
  if (fault instanceof SmtpRefused) {
    const { reply, stage } = fault
    return new SmtpRefused('token-refused', { reply, stage }, { cause: fault })
  }
  return new RemoteFault('token-refused', fault.message, { ...fault.details, retry: false }, { cause: fault })
}
