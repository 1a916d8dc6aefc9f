import type { SMTPConnectionCustomAuthContext } from 'nodemailer/lib/smtp-connection'
import { RemoteFault } from '../lib/app-error.ts'

const MECHANISMS = ['XOAUTH2', 'OAUTHBEARER']

// Names of our own among the client's methods: under its own names it would rather show a password.
const nameOf = (mechanism: string) => `TOKEN ${mechanism}`

/**
 * By which method to show a token: XOAUTH2 where the server offers it, else OAUTHBEARER.
 *
 * @param ehloLines what the server answered to EHLO, without codes
 * @throws RemoteFault `no-token-sign-in`
 */
export function tokenMethod(ehloLines: readonly string[]): string {
  const offered = ehloLines
    .filter(line => /^AUTH[\s=]/i.test(line))
    .flatMap(line =>
      line
        .slice(5)
        .toUpperCase()
        .split(/[\s=]+/),
    )
  const mechanism = MECHANISMS.find(one => offered.includes(one))
  if (mechanism !== undefined) return nameOf(mechanism)
  throw new RemoteFault('no-token-sign-in', 'the server takes no token', { retry: false })
}

/** How the client is to show a token as its password, by method. @param server as connected: it may be checked */
export function tokenMethods(server: { host: string; port: number }) {
  const show = (mechanism: string) => (context: SMTPConnectionCustomAuthContext) =>
    showToken(context, server, mechanism)
  return Object.fromEntries(MECHANISMS.map(mechanism => [nameOf(mechanism), show(mechanism)]))
}

/** A refusal comes in two steps, why and then the code, between which the client has to nod (RFC 7628 §3.2.3). */
async function showToken(
  context: SMTPConnectionCustomAuthContext,
  { host, port }: { host: string; port: number },
  mechanism: string,
): Promise<void> {
  const { user, pass: token } = context.auth.credentials
  const isGoogles = mechanism === 'XOAUTH2'
  const head = isGoogles ? [`user=${user}`] : [`n,a=${user},`, `host=${host}`, `port=${port}`]
  const initial = Buffer.from([...head, `auth=Bearer ${token}`, '', ''].join('\x01')).toString('base64')
  let answer = await context.sendCommand(`AUTH ${mechanism} ${initial}`)
  if (answer.status === 334) answer = await context.sendCommand(isGoogles ? '' : 'AQ==')
  if (answer.status !== 235) throw new Error('the server refused the token')
}
