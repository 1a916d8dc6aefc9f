import { describe, expect, test } from 'vitest'
import { replyDefaults } from '../../src/tickets/reply-defaults.ts'

type Basis = Parameters<typeof replyDefaults>[0]

const bare = (address: string) => ({ name: null, address })

type Wish = Partial<Basis> & { from?: string; to?: string[]; cc?: string[]; replyTo?: string[] }

const someone = (address: string, kind: 'customer' | 'copied' | 'newcomer') => ({
  ...bare(address),
  kind,
  isAccepted: false,
})

function basis(wish: Wish): Basis {
  const { from = 'ivana@customer.test', to = ['support@desk.test'], cc = [], replyTo = [], ...rest } = wish
  return {
    answered: { from: bare(from), to: to.map(bare), cc: cc.map(bare), replyTo: replyTo.map(bare) },
    participants: [
      someone('ivana@customer.test', 'customer'),
      someone('petar@customer.test', 'copied'),
      someone('stranger@evil.test', 'newcomer'),
    ],
    ownAddresses: ['support@desk.test', 'help@desk.test', 'billing@desk.test'],
    ...rest,
  }
}

function addressesOf({ to, cc }: ReturnType<typeof replyDefaults>) {
  return { to: to.map(one => one.address), cc: cc.map(one => one.address) }
}

describe('a reply goes', () => {
  test.each<[string, Basis, { to: string[]; cc: string[] }]>([
    [
      'to the sender and, as Cc, to whom they wrote besides us',
      basis({ to: ['support@desk.test', 'petar@customer.test'] }),
      { to: ['ivana@customer.test'], cc: ['petar@customer.test'] },
    ],
    [
      'to the one who wrote last, with the customer as Cc',
      basis({ from: 'petar@customer.test', cc: ['ivana@customer.test'] }),
      { to: ['petar@customer.test'], cc: ['ivana@customer.test'] },
    ],
    [
      'not to a mailbox of ours, an alias of it, or its address with a reply token',
      basis({ to: ['Support+abc234@Desk.test', 'help@desk.test'], cc: ['billing@desk.test'] }),
      { to: ['ivana@customer.test'], cc: [] },
    ],
    [
      'to nobody twice, however the address is spelt',
      basis({ to: ['Petar@Customer.TEST'], cc: ['petar@customer.test', 'IVANA@customer.test'] }),
      { to: ['ivana@customer.test'], cc: ['Petar@Customer.TEST'] },
    ],
    [
      'not to a Cc that somebody slipped into a later mail (A20)',
      basis({ cc: ['attacker@evil.test', 'stranger@evil.test'] }),
      { to: ['ivana@customer.test'], cc: [] },
    ],
    [
      'to the customer when the only mail left is a newcomer’s (A25)',
      basis({ from: 'stranger@evil.test' }),
      { to: ['ivana@customer.test'], cc: ['petar@customer.test'] },
    ],
    [
      'to the customer when there is no mail to answer',
      basis({ answered: null }),
      { to: ['ivana@customer.test'], cc: ['petar@customer.test'] },
    ],
    [
      'to nobody when only we wrote to ourselves',
      basis({ from: 'billing@desk.test', participants: [] }),
      { to: [], cc: [] },
    ],
  ])('%s', (_promise, given, expected) => {
    expect(addressesOf(replyDefaults(given))).toEqual(expected)
  })
})
