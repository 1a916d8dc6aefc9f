import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { rescheduleReply, unscheduleReply } from '../../shared/schedules.ts'
import type { Message } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { SendTimePicker } from '../compose/send-later.tsx'
import { useTakeUp } from '../compose/use-repair.ts'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import css from './delivery-line.module.css'

/** What can be done about a reply that waits for its time: send it now, at another time, or not at all. */
export function ScheduledReply(props: { message: Message; ticketNumber: number }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const [isBusy, setIsBusy] = useState(false)
  const params = { id: props.message.id }
  const run = async (work: () => Promise<unknown>) => {
    setIsBusy(true)
    try {
      await work()
    } catch (error) {
      notices.failed(error)
    } finally {
      setIsBusy(false)
      for (const key of [
        ['ticket', props.ticketNumber],
        ['draft', props.ticketNumber],
        ['tickets'],
        ['queues'],
      ])
        await queries.invalidateQueries({ queryKey: key })
    }
  }
  const sendAt = (at: string | null) => run(() => call(rescheduleReply, { params, body: { sendAt: at } }))
  const small = { size: 'xs', variant: 'default', disabled: isBusy } as const
  return (
    <div className={css.decision}>
      <Button {...small} onClick={() => void sendAt(null)}>
        {t('later.now')}
      </Button>
      <SendTimePicker
        onChoose={at => void sendAt(at.toISOString())}
        button={open => (
          <Button {...small} onClick={open}>
            {t('later.change')}
          </Button>
        )}
      />
      <Button {...small} onClick={() => void run(() => call(unscheduleReply, { params }))}>
        {t('later.cancel')}
      </Button>
    </div>
  )
}

/** A reply that was not sent, for whoever goes on with it. */
export function TakeUpReply(props: { message: Message; ticketNumber: number }) {
  const { t } = useTranslation()
  const takeUp = useTakeUp(props.ticketNumber)
  const [isBusy, setIsBusy] = useState(false)
  const take = async () => {
    setIsBusy(true)
    await takeUp(props.message)
    setIsBusy(false)
  }
  return (
    <div className={css.decision}>
      <Button size="xs" variant="default" disabled={isBusy} onClick={() => void take()}>
        {t('later.takeUp')}
      </Button>
    </div>
  )
}
