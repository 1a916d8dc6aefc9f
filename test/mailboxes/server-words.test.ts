import { expect, test } from 'vitest'
import { nameImapFault } from '../../src/mailboxes/imap-faults.ts'
import { nameSmtpFault } from '../../src/mailboxes/smtp-reply.ts'

/** A refused LOGIN as the IMAP client leaves it. */
const imap = (responseText: string, serverResponseCode?: string) =>
  nameImapFault(
    Object.assign(new Error('Command failed'), {
      authenticationFailed: true,
      responseStatus: 'NO',
      responseText,
      serverResponseCode,
    }),
  ).code

const smtp = (response: string) =>
  nameSmtpFault(
    Object.assign(new Error('Invalid login'), { code: 'EAUTH', response, command: 'AUTH PLAIN' }),
    'sign-in',
  ).code

// What servers answered, as people posted it and as our own test servers say it.
test.each([
  ['Gmail, wrong password', imap('Invalid credentials (Failure)', 'AUTHENTICATIONFAILED'), 'wrong-password'],
  [
    'Gmail, normal password',
    imap(
      'Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
      'ALERT',
    ),
    'app-password-required',
  ],
  [
    'Gmail, suspicious',
    imap(
      'Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)',
      'ALERT',
    ),
    'web-login-required',
  ],
  [
    'Gmail, IMAP off',
    imap(
      'Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)',
      'ALERT',
    ),
    'imap-disabled',
  ],
  ['Gmail, crowded', imap('Too many simultaneous connections. (Failure)', 'ALERT'), 'too-many-connections'],
  [
    'Gmail, over its bandwidth',
    imap('Account exceeded command or bandwidth limits. (Failure)', 'OVERQUOTA'),
    'download-limit',
  ],
  ['full', imap('Mailbox is over its quota', 'OVERQUOTA'), 'mailbox-full'],
  ['Outlook, basic sign-in', imap('LOGIN failed.'), 'wrong-password'],
  [
    'Yandex, IMAP off',
    imap('LOGIN invalid credentials or IMAP is disabled sc=abc', 'AUTHENTICATIONFAILED'),
    'imap-disabled',
  ],
  [
    'Zoho, IMAP off',
    imap('You are yet to enable IMAP for your account. Please contact your administrator (Failure)', 'ALERT'),
    'imap-disabled',
  ],
  ['iCloud', imap('Authentication Failed', 'AUTHENTICATIONFAILED'), 'wrong-password'],
  ['Dovecot', imap('Authentication failed.', 'AUTHENTICATIONFAILED'), 'wrong-password'],
  [
    'Dovecot, resting',
    imap('Temporary authentication failure. [host:2026-11-26 10:00:00]', 'UNAVAILABLE'),
    'server-unavailable',
  ],
  [
    'Dovecot, crowded',
    imap('Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)'),
    'too-many-connections',
  ],
  ['Courier', imap('Login failed.'), 'wrong-password'],
  ['locked', imap('Your account has been blocked'), 'account-blocked'],
  [
    'Gmail, normal password (SMTP)',
    smtp(
      '534-5.7.9 Application-specific password required. For more information, go to\r\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor x - gsmtp',
    ),
    'app-password-required',
  ],
  [
    'Gmail, suspicious (SMTP)',
    smtp(
      '534-5.7.14 <https://accounts.google.com/signin/continue> Please log in via\r\n534 5.7.14 your web browser and then try again. x - gsmtp',
    ),
    'web-login-required',
  ],
  [
    'Gmail, wrong password (SMTP)',
    smtp(
      '535-5.7.8 Username and Password not accepted. For more information, go to\r\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials x - gsmtp',
    ),
    'wrong-password',
  ],
  [
    'Exchange, SMTP AUTH off',
    smtp(
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled',
    ),
    'smtp-auth-off',
  ],
  ['Exchange', smtp('535 5.7.3 Authentication unsuccessful'), 'wrong-password'],
  [
    'mail.ru, normal password',
    smtp(
      '535 5.7.0 NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED',
    ),
    'app-password-required',
  ],
  [
    'Yandex, programs kept out',
    smtp('535 5.7.8 Error: authentication failed: This user does not have access rights to this service'),
    'imap-disabled',
  ],
  ['Yahoo, hammered', smtp('535 5.7.0 (#AUTH005) Too many bad auth attempts.'), 'too-many-attempts'],
  ['Postfix', smtp('535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6'), 'wrong-password'],
  [
    'Postfix, resting',
    smtp('454 4.7.0 Temporary authentication failure: Connection lost to authentication server'),
    'server-unavailable',
  ],
])('%s means %s', (_, code, meant) => {
  expect(code).toBe(meant)
})
