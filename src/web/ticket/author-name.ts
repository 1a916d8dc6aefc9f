import { useTranslation } from 'react-i18next'
import type { Message } from '../../shared/tickets.ts'
import { useAgents } from '../session.ts'

/** Who wrote a message, as shown: an agent's name, the sender's name or address, or our own robot. */
export function useAuthorName(): (message: Message) => string {
  const { t } = useTranslation()
  const agents = useAgents().data
  return message => {
    if (message.direction === 'inbound') {
      return message.from?.name ?? message.from?.address ?? t('customer.unknown')
    }
    if (message.authorId === null) return t('message.automatic')
    return agents?.find(agent => agent.id === message.authorId)?.name ?? t('agent.unknown')
  }
}
