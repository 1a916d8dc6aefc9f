import { describe, expect, test } from 'vitest'
import { createLog } from '../../src/lib/log.ts'
import type { ImapAccount } from '../../src/mailboxes/account.ts'
import { type ImapConnection, openImap } from '../../src/mailboxes/imap-connection.ts'
import { startScriptedImap } from '../support/scripted-imap.ts'

type Spoken = [words: string, act: (connection: ImapConnection) => Promise<unknown>, heard: string[]]

// imapflow asks for a folder before it opens it.
const opens = (name: string) => [`LIST "" ${name}`, `LSUB "" ${name}`, `EXAMINE ${name}`]
const sent = ['LIST "" "Sent"', 'LSUB "" "Sent"', 'EXAMINE Sent']

const spoken: Spoken[] = [
  ['a line in the name of a folder', it => it.openFolder('INBOX\r\nA1 DELETE x'), []],
  ['a NUL in the name of a folder', it => it.openFolder('INBOX\0'), opens('"INBOX&AAA-"')],
  ['quotes in the name of a folder', it => it.openFolder('a" "b\\'), opens('"a\\" \\"b\\\\"')],
  ['a literal and wildcards in the name of a folder', it => it.openFolder('a {3+}%*('), opens('"a {3+}%*("')],
  ['letters in the name of a folder', it => it.openFolder('Вх&'), opens('"&BBIERQ-&-"')],
  ['a line in what is searched', it => it.findByHeader('Sent', 'Message-ID', '<a"\r\nA2 DELETE x>'), sent],
  [
    'quotes and a literal in what is searched',
    it => it.findByHeader('Sent', 'Message-ID', 'a" OR ALL {3+}\\'),
    [...sent, 'UID SEARCH HEADER MESSAGE-ID "a\\" OR ALL {3+}\\\\"'],
  ],
  ['a line in the name of a field', it => it.findByHeader('Sent', 'X\r\nA3 DELETE x', 'a'), sent],
  [
    'a line in a flag',
    it => it.append('Sent', Buffer.from('x'), ['\\Seen\r\nA4 DELETE x', 'a b) "'], new Date(0)),
    [],
  ],
]

describe('A40: what a mail server hears of us is the command we mean or none, with', () => {
  test.each(spoken)('%s', async (_, act, heard) => {
    const script = await startScriptedImap(new Map())
    const account: ImapAccount = {
      mailboxId: 1,
      kind: 'practice',
      name: 'Support',
      address: 'support@desk.test',
      username: 'support@desk.test',
      password: '',
      imap: { kind: 'practice', port: script.port, password: 'secret' },
      smtp: { kind: 'practice', port: 1, password: '' },
    }
    const log = createLog({ level: 'silent' })
    const connection = await openImap(account, { log, trust: { extraCa: null, allowPrivateHosts: [] } })
    const from = script.heard.length

    await Promise.allSettled([act(connection)])

    connection.close()
    await script.close()
    expect(script.heard.slice(from)).toEqual(heard)
  })
})
