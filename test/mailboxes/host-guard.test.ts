import { expect, test } from 'vitest'
import { isAllowed, resolveAllowed } from '../../src/mailboxes/host-guard.ts'

const refusal = (host: string, allowPrivateHosts: string[] = []): Promise<string> =>
  resolveAllowed(host, { extraCa: null, allowPrivateHosts }).then(
    () => 'allowed',
    (fault: { code: string }) => fault.code,
  )

test.each([
  '127.0.0.1',
  'localhost',
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '2130706433',
  '0x7f.1',
  '0177.0.0.1',
  '127.1',
  '0',
  '0.0.0.0',
  '::',
  '::1',
  'fd00:ec2::254',
  'fe80::1',
  '100.100.100.200',
  '10.0.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '::127.0.0.1',
  'ff02::1',
])('%s is refused where nothing is allowed', async host => {
  expect(await refusal(host)).toBe('host-not-allowed')
})

test.each(['/var/run/imap.sock', '', 'nowhere.invalid'])('%s is no host', async host => {
  expect(await refusal(host)).toBe('host-not-found')
})

test('a private network opens for the addresses, ranges and names the operator lists, and for nothing else', async () => {
  expect(await refusal('127.0.0.1', ['127.0.0.0/8'])).toBe('allowed')
  expect(await refusal('localhost', ['localhost'])).toBe('allowed')
  expect(await refusal('127.0.0.1', ['localhost'])).toBe('host-not-allowed')
  expect(isAllowed('10.1.2.3', 'mail.lan', ['mail.lan'])).toBe(true)
  expect(isAllowed('10.1.2.3', 'other.lan', ['mail.lan', '10.2.0.0/16'])).toBe(false)
  expect(isAllowed('fd12::7', 'mail.lan', ['fd12::/16'])).toBe(true)
})

test('no setting opens link-local addresses and the metadata of clouds', () => {
  const all = ['0.0.0.0/0', '::/0', 'metadata.internal']

  const opened = [
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fd00:ec2::254',
    '100.100.100.200',
    'fe80::1',
  ].filter(address => isAllowed(address, 'metadata.internal', all))

  expect(opened).toEqual([])
})

test('public addresses are allowed', () => {
  const refused = ['8.8.8.8', '2a00:1450:4010::1', '::ffff:8.8.8.8', '64:ff9b::808:808'].filter(
    address => !isAllowed(address, 'mail.example.org', []),
  )

  expect(refused).toEqual([])
})
