import { ChevronDown, ChevronsUp, ChevronUp, Equal, type LucideIcon } from 'lucide-react'
import type { TicketPriority } from '../../shared/vocabulary.ts'

/** The mark of each priority; normal needs none in a list. */
export const PRIORITY_ICONS: Readonly<Record<TicketPriority, LucideIcon>> = {
  low: ChevronDown,
  normal: Equal,
  high: ChevronUp,
  urgent: ChevronsUp,
}
