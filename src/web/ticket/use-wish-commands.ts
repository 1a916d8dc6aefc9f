import { useCommand } from '../keys/commands.tsx'
import type { Wish } from './ticket-place.ts'

/** The keys of a ticket that is not there yet, or not open: each tells what is wished once it is. Off where undefined. */
export function useWishCommands(onWish: ((wish: Wish) => void) | undefined): void {
  const wish = (wanted: Wish) => onWish && (() => onWish(wanted))
  useCommand('reply', wish('reply'))
  useCommand('reply-sender', wish('reply-sender'))
  useCommand('note', wish('note'))
  useCommand('forward', wish('forward'))
  useCommand('assign', wish('assign'))
  useCommand('state', wish('state'))
  useCommand('tags', wish('tags'))
  useCommand('snooze', wish('snooze'))
  useCommand('priority', wish('priority'))
  useCommand('mailbox', wish('mailbox'))
  useCommand('merge', wish('merge'))
  useCommand('split', wish('split'))
}
