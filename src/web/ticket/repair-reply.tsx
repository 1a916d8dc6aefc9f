import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Delivery } from '../../shared/delivery.ts'
import { type Message, putReplyAside } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { useRepair } from '../compose/use-repair.ts'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import css from './delivery-line.module.css'
import { forwardAgain, type Repair, repairsOf } from './repairs.ts'

/** What to do about a reply that did not arrive: mend it and send it anew, or leave it at that. */
export function RepairReply(props: {
  message: Message
  delivery: Delivery
  ticketNumber: number
  onForwardAgain: () => void
}) {
  const { t } = useTranslation()
  const { message, delivery } = props
  const [isBusy, setIsBusy] = useState(false)
  const putAside = usePutAside(message, props.ticketNumber)
  const repairReply = useRepair(props.ticketNumber)
  // A forward is begun anew with whom it goes to; an answer in its side thread would lack the message itself.
  const repair = async (way: Repair) => {
    if (forwardAgain(message) === null) await repairReply(message, delivery, way)
    else props.onForwardAgain()
  }
  const run = async (work: () => Promise<void>) => {
    setIsBusy(true)
    await work()
    setIsBusy(false)
  }
  if (delivery.failure === 'put-aside') {
    return (
      <p className={css.line}>
        {t('repair.putAside')}
        <Button size="xs" variant="subtle" disabled={isBusy} onClick={() => void run(() => putAside(false))}>
          {t('repair.putBack')}
        </Button>
      </p>
    )
  }
  return (
    <div className={css.decision}>
      {repairsOf(message, delivery).map(way => (
        <Button
          key={way}
          size="xs"
          variant="default"
          disabled={isBusy}
          onClick={() => void run(() => repair(way))}
        >
          {t(`repair.${way}`)}
        </Button>
      ))}
      <Button size="xs" variant="subtle" disabled={isBusy} onClick={() => void run(() => putAside(true))}>
        {t('repair.leave')}
      </Button>
    </div>
  )
}

function usePutAside(message: Message, ticketNumber: number) {
  const { call } = useApi()
  const { t } = useTranslation()
  const queries = useQueryClient()
  const notices = useNotices()
  const write = async (isAside: boolean) => {
    await call(putReplyAside, { params: { id: message.id }, body: { isAside } })
    await queries.invalidateQueries({ queryKey: ['ticket', ticketNumber] })
    await queries.invalidateQueries({ queryKey: ['tickets'] })
    await queries.invalidateQueries({ queryKey: ['queues'] })
  }
  return async (isAside: boolean) => {
    try {
      await write(isAside)
      if (isAside) notices.done(t('done.putAside'), { undo: () => write(false) })
    } catch (error) {
      notices.failed(error)
    }
  }
}
