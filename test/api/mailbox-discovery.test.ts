import { once } from 'node:events'
import { createServer as createPlainWeb, type RequestListener } from 'node:http'
import { createServer as createWeb } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { readAutoconfig } from '../../src/mail/read-autoconfig.ts'
import { type Discovery, discoverServers } from '../../src/mailboxes/discover-servers.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { type DnsServer, startDnsServer } from '../support/dns-server.ts'

let certificates: Certificates
let dns: DnsServer
let secureWeb: Server
let plainWeb: Server
let webPorts: { https: number; http: number }
/** What the web servers answer, by `scheme host path`. */
const pages = new Map<string, RequestListener>()
const asked: string[] = []

const CONFIG_PATH = '/mail/config-v1.1.xml'
const WELL_KNOWN = '/.well-known/autoconfig/mail/config-v1.1.xml'

beforeAll(async () => {
  certificates = await makeCertificates()
  dns = await startDnsServer()
  const answer = (scheme: string): RequestListener => {
    return (request, response) => {
      const page = `${scheme} ${request.headers.host?.split(':')[0]} ${request.url?.split('?')[0]}`
      asked.push(page)
      const known = pages.get(page)
      if (known) known(request, response)
      else response.writeHead(404).end()
    }
  }
  secureWeb = createWeb({ cert: certificates.server.cert, key: certificates.server.key }, answer('https'))
  plainWeb = createPlainWeb(answer('http'))
  for (const web of [secureWeb, plainWeb]) {
    web.listen(0, '127.0.0.1')
    await once(web, 'listening')
  }
  const portOf = (web: Server) => (web.address() as AddressInfo).port
  webPorts = { https: portOf(secureWeb), http: portOf(plainWeb) }
})

afterAll(async () => {
  for (const web of [secureWeb, plainWeb]) web.close()
  await dns.stop()
  await certificates.remove()
})

beforeEach(() => {
  pages.clear()
  asked.length = 0
})

async function discover(address: string): Promise<Discovery & { tookMs: number }> {
  const beganMs = performance.now()
  const trust = { extraCa: certificates.ca, allowPrivateHosts: ['127.0.0.0/8'] }
  const found = await discoverServers(
    { clock: systemClock, trust, dnsServers: [dns.address], webPorts },
    address,
  )
  return { ...found, tookMs: performance.now() - beganMs }
}

const server = (kind: 'incomingServer type="imap"' | 'outgoingServer type="smtp"', fields: string) =>
  `<${kind}>${fields}</${kind.split(' ')[0]}>`
const door = (host: string, port: number, socket: string, more = '') =>
  `<hostname>${host}</hostname><port>${port}</port><socketType>${socket}</socketType>${more}`
const config = (...servers: string[]) =>
  `<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="x"><displayName>Desk &amp; Co</displayName>${servers.join('')}</emailProvider></clientConfig>`
const xmlPage =
  (xml: string): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/xml' }).end(xml)
  }
const GOOD = config(
  server(
    'incomingServer type="imap"',
    door('imap.%EMAILDOMAIN%', 993, 'SSL', '<username>%EMAILLOCALPART%</username>'),
  ),
  server(
    'outgoingServer type="smtp"',
    door('smtp.mail.test', 587, 'STARTTLS', '<authentication>password-cleartext</authentication>'),
  ),
)

test('a domain of the table is known at once, without asking anybody', async () => {
  const before = dns.asked.length

  const found = await discover('ada@gmail.com')

  expect(found).toMatchObject({
    provider: { name: 'Gmail', signIn: ['app-password'] },
    foundBy: 'domain',
    needsConsent: false,
  })
  expect(found.imap).toEqual([{ host: 'imap.gmail.com', port: 993, security: 'tls' }])
  expect(dns.asked.length).toBe(before)
})

test('a mail exchanger tells the provider of an own domain; one that cannot be used says why', async () => {
  dns.setMx('firma.test', 'aspmx.l.google.com', 'alt1.aspmx.l.google.com')
  dns.setMx('geheim.test', 'mail.protonmail.ch')

  const [google, proton] = [await discover('support@firma.test'), await discover('support@geheim.test')]

  expect(google).toMatchObject({
    provider: { name: 'Google Workspace' },
    foundBy: 'mx',
    mxHost: 'aspmx.l.google.com',
  })
  expect(google.provider?.signIn).toEqual(['google', 'app-password'])
  expect(proton).toMatchObject({ provider: { unusable: 'bridge' }, imap: [], smtp: [] })
})

test('a domain that describes itself is believed by https, and by http only as far as a person looks', async () => {
  for (const name of ['autoconfig.mail.test', 'mail.test']) dns.setAddress(name, '127.0.0.1')
  pages.set(`https mail.test ${WELL_KNOWN}`, xmlPage(GOOD))

  const secure = await discover('ada@mail.test')
  pages.clear()
  pages.set(
    `http autoconfig.mail.test ${CONFIG_PATH}`,
    xmlPage(GOOD.replaceAll('mail.test', 'elsewhere.example')),
  )
  const plain = await discover('ada@mail.test')

  expect(secure).toMatchObject({
    foundBy: 'autoconfig',
    providerName: 'Desk & Co',
    username: 'ada',
    needsConsent: false,
    imap: [{ host: 'imap.mail.test', port: 993, security: 'tls' }],
    smtp: [{ host: 'smtp.mail.test', port: 587, security: 'starttls' }],
  })
  expect(asked).toContain(`https autoconfig.mail.test ${CONFIG_PATH}`)
  expect(plain).toMatchObject({ foundBy: 'autoconfig', needsConsent: true })
})

test('SRV records name the servers, and a dot says that there is none', async () => {
  dns.setService('_imaps._tcp.mail.test', 'in.mail.test', 993)
  dns.setService('_imap._tcp.mail.test', '.', 0)
  dns.setService('_submission._tcp.mail.test', 'out.mail.test', 587)

  const found = await discover('ada@mail.test')
  dns.setService('_submission._tcp.mail.test', 'out.attacker.example', 587)
  const foreign = await discover('ada@mail.test')

  expect(found).toMatchObject({
    foundBy: 'srv',
    needsConsent: false,
    imap: [{ host: 'in.mail.test', port: 993, security: 'tls' }],
    smtp: [{ host: 'out.mail.test', port: 587, security: 'starttls' }],
  })
  expect(foreign.needsConsent).toBe(true)
  for (const name of ['_imaps', '_imap', '_submission']) dns.setService(`${name}._tcp.mail.test`, '.', 0)
})

test.each([
  ['ada@gmial.com', 'ada@gmail.com'],
  ['ada@abv.bgg', 'ada@abv.bg'],
  ['ada@firma-ohne-namen.test', null],
])('%s, which nobody serves, was perhaps meant as %s', async (address, meant) => {
  const found = await discover(address)

  expect(found).toMatchObject({ foundBy: null, imap: [], smtp: [], didYouMean: meant })
})

test('no description leads to a private network, to an odd port or past four seconds', async () => {
  const to =
    (location: string): RequestListener =>
    (_request, response) => {
      response.writeHead(302, { location }).end()
    }
  const hostile: [string, RequestListener][] = [
    ['into the metadata of a cloud', to('http://169.254.169.254/latest')],
    ['into a private network', to('https://10.0.0.1/')],
    ['to another port', to(`https://mail.test:${webPorts.https + 1}/`)],
    ['to itself for ever', to(WELL_KNOWN)],
    ['to a file', to('file:///etc/passwd')],
    [
      'endless',
      (_request, response) =>
        void setImmediate(function write() {
          if (!response.destroyed) response.write('<x>'.repeat(20_000), () => setImmediate(write))
        }),
    ],
    [
      'compressed',
      (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    ],
  ]
  for (const [at, [, listener]] of hostile.entries()) {
    dns.setAddress(`h${at}.mail.test`, '127.0.0.1')
    pages.set(`https h${at}.mail.test ${WELL_KNOWN}`, listener)
  }
  dns.silence('mute.test')

  const [mute, ...found] = await Promise.all([
    discover('ada@mute.test'),
    ...hostile.map((_, at) => discover(`ada@h${at}.mail.test`)),
  ])

  expect([mute, ...found].map(({ foundBy }) => foundBy)).toEqual([null, ...hostile.map(() => null)])
  expect(Math.max(...[mute, ...found].map(({ tookMs }) => tookMs))).toBeLessThan(5_000)
})

test.each([
  ['an entity', GOOD.replace('?>', '?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'), 'nothing'],
  ['no encryption', GOOD.replace('SSL', 'plain'), 'nothing'],
  ['only OAuth', GOOD.replace('<username>', '<authentication>OAuth2</authentication><username>'), 'nothing'],
  ['a host that is none', GOOD.replace('imap.%EMAILDOMAIN%', 'a b/../c'), 'nothing'],
  ['a port that is none', GOOD.replace('993', '0x10'), 'nothing'],
  [
    'unclosed tags by the thousand',
    `<clientConfig>${'<incomingServer type="imap">'.repeat(2_000)}`,
    'nothing',
  ],
  ['nothing amiss', GOOD, 'one server'],
])('a description with %s names us %s', (_, xml, count) => {
  const read = readAutoconfig(xml, 'ada@mail.test')

  expect(read?.imap.length ? 'one server' : 'nothing').toBe(count)
})
