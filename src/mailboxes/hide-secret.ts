import { RemoteFault } from '../lib/app-error.ts'
import { SmtpRefused } from './smtp-reply.ts'

const HIDDEN = '•••'

/**
 * A fault without the password or token we signed in with: some servers repeat the command they refuse, and their words are
 * stored, shown to admins and copied into reports.
 *
 * @param secret null or empty where nothing secret was sent
 */
export function withoutSecret(
  fault: RemoteFault,
  { username, secret }: { username: string; secret: string | null },
): RemoteFault {
  const said = fault.details.serverText
  if (secret === null || secret === '' || typeof said !== 'string') return fault
  const hide = (text: string) =>
    formsOf(username, secret).reduce((left, form) => left.replaceAll(form, HIDDEN), text)
  const serverText = hide(said)
  if (serverText === said) return fault
  // Its origin has the words as they came, so it is left out.
  if (fault instanceof SmtpRefused) {
    return new SmtpRefused(fault.code, { reply: { ...fault.reply, text: serverText }, stage: fault.stage })
  }
  const { code, message, details, retry } = fault
  return new RemoteFault(code, hide(message), { ...details, serverText, retry })
}

/** As they go over the wire: LOGIN with its quotes, AUTH PLAIN, AUTH LOGIN, and by token. The longest first. */
function formsOf(username: string, secret: string): string[] {
  const encoded = (text: string) => Buffer.from(text).toString('base64')
  const bearer = `auth=Bearer ${secret}\u0001\u0001`
  return [
    ...[`\u0000${username}\u0000${secret}`, `${username}\u0000${username}\u0000${secret}`].map(encoded),
    encoded(`user=${username}\u0001${bearer}`),
    secret.replace(/["\\]/g, '\\$&'),
    encoded(secret),
    secret,
  ]
}
