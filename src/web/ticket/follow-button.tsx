import { Bell, BellRing } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Ticket } from '../../shared/tickets.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { useChangeTicket } from './use-ticket.ts'

/** Follows a ticket that is somebody else's, or no longer. */
export function FollowButton(props: { ticket: Ticket }) {
  const { t } = useTranslation()
  const change = useChangeTicket()
  const { ticket } = props
  return (
    <IconButton
      icon={ticket.isFollowed ? BellRing : Bell}
      name={t('command.follow')}
      command="follow"
      isPressed={ticket.isFollowed}
      onClick={() => change(ticket, { isFollowed: !ticket.isFollowed })}
    />
  )
}
