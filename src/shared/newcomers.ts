import { defineRoute } from './define-route.ts'
import { EmailAddress, exactly, oneOf } from './schemas.ts'
import { NumberParams, TicketRow } from './tickets.ts'

export const decideNewcomer = defineRoute({
  method: 'POST',
  path: '/tickets/:number/newcomers',
  access: 'agent',
  summary: 'Take a proposed person into the exchange, so that replies go to them, or leave them outside',
  params: NumberParams,
  body: exactly({ address: EmailAddress, decision: oneOf(['accept', 'ignore'] as const) }),
  reply: TicketRow,
})
