import type { Message } from '../../shared/tickets.ts'
import { useAgents } from '../session.ts'
import { useTranslation } from '../texts.tsx'

/**
 * Who wrote a message, as shown: an agent's name, the sender's name or address, or our own robot. A sender who
 * shows a name of ours or another address is called by the address the mail gives.
 */
export function useAuthorName(): (message: Message) => string {
  const { t } = useTranslation()
  const agents = useAgents().data
  return message => {
    if (message.direction === 'inbound') {
      const { from, impersonates } = message
      const shown = impersonates === null ? (from?.name ?? from?.address) : from?.address
      return shown ?? t('customer.unknown')
    }
    if (message.authorId === null) return addressOf(message) ?? t('message.automatic')
    return agents?.find(agent => agent.id === message.authorId)?.name ?? t('agent.unknown')
  }
}

function addressOf({ isFromMailProgram, from }: Message): string | undefined {
  return isFromMailProgram ? (from?.name ?? from?.address) : undefined
}
