import { createContext, useContext } from 'react'
import { useTranslation } from '../texts.tsx'
import { offsetTime } from '../ui/format-time.ts'
import { useTimeStyle } from '../ui/use-now.ts'

/** A customer by the clock of their mail. */
export type CustomerClock = { name: string; utcOffsetMinutes: number }

/** The clock of the customer whose ticket is shown; null where it is not known. */
export const CustomerClockContext = createContext<CustomerClock | null>(null)

/** Instants as the customer's clock has them, in words: `14:05 for Jan`; undefined where their clock is not known. */
export function useCustomerTime(): (at: Date) => string | undefined {
  const { t } = useTranslation()
  const style = useTimeStyle()
  const clock = useContext(CustomerClockContext)
  return at =>
    clock === null
      ? undefined
      : t('customer.time', { time: offsetTime(at, clock.utcOffsetMinutes, style), name: clock.name })
}
