import { expect, test } from 'vitest'
import { providerOfDomain } from '../../src/mailboxes/mail-providers.ts'
import { providerView } from '../../src/mailboxes/provider-view.ts'
import { linkFor } from '../../src/web/settings/problem-link.ts'

test.each([
  ['web-login-required', 'gmail.com', 'https://mail.google.com/'],
  ['web-login-required', 'abv.bg', 'https://www.abv.bg/'],
  ['web-login-required', 'posteo.de', null],
  ['app-password-required', 'gmail.com', 'https://myaccount.google.com/apppasswords'],
  ['wrong-password', 'web.de', 'https://hilfe.web.de/pop-imap/einschalten.html'],
  ['imap-disabled', 'zoho.com', 'https://www.zoho.com/mail/help/imap-access.html#EnableIMAP'],
  ['mailbox-full', 'gmail.com', 'https://mail.google.com/'],
  ['server-unavailable', 'gmail.com', null],
])('%s at %s leads to the page where it is mended, if there is one', (code, domain, page) => {
  expect(linkFor(code, providerView(providerOfDomain(domain) ?? null))).toBe(page)
})
