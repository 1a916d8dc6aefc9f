import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { type MergePreview, previewMerge } from '../../shared/placing.ts'
import type { TicketRow } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { useAgents, useTeams } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import css from './merge-dialog.module.css'
import { usePlacing } from './use-placing.ts'

/** What a merge would do, before it is done; the two tickets can change places. */
export function MergeDialog(props: {
  number: number
  into: number
  onSwap: () => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { call } = useApi()
  const { number, into } = props
  const preview = useQuery({
    queryKey: ['merge-preview', number, into],
    queryFn: () => call(previewMerge, { params: { number }, query: { intoNumber: into } }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('merge.title', { number, into })}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      {preview.isPending && <Skeleton rows={4} />}
      {preview.isError && <Fault error={preview.error} />}
      {preview.data !== undefined && <PreviewOf {...props} preview={preview.data} />}
    </Modal>
  )
}

function PreviewOf(props: {
  number: number
  into: number
  preview: MergePreview
  onSwap: () => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { merge } = usePlacing()
  const [isBusy, setIsBusy] = useState(false)
  const { number, into, preview } = props
  const button = useRef<HTMLButtonElement>(null)
  // The dialog took the focus before the preview was there.
  useEffect(() => button.current?.focus(), [])
  const submit = async () => {
    setIsBusy(true)
    await merge(number, into)
    props.onClose()
  }
  return (
    <div className={css.preview}>
      <TicketOf title={t('merge.stays')} row={preview.survivor} />
      <TicketOf title={t('merge.goes')} row={preview.merged} />
      <ul className={css.facts}>
        {useFacts(preview).map(fact => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      <div className={css.buttons}>
        <Button ref={button} onClick={() => void submit()} loading={isBusy}>
          {t('merge.submit')}
        </Button>
        <Button variant="default" onClick={props.onSwap}>
          {t('merge.swap', { number })}
        </Button>
      </div>
    </div>
  )
}

function TicketOf(props: { title: string; row: TicketRow }) {
  const { t } = useTranslation()
  const { row } = props
  const customer = row.customer?.name ?? row.customer?.address ?? t('customer.unknown')
  return (
    <div className={css.ticket}>
      <span className={css.title}>{props.title}</span>
      <span className={css.subject}>
        #{row.number} {row.subject === '' ? t('ticket.noSubject') : row.subject}
      </span>
      <span className={css.customer}>{customer}</span>
    </div>
  )
}

function useFacts(preview: MergePreview): string[] {
  const { t } = useTranslation()
  const agents = useAgents().data ?? []
  const teams = useTeams().data ?? []
  const { joining, messageCount, noteCount, assigneeAfterId, teamAfterId, merged, survivor } = preview
  const names = joining.map(one => (one.name === null ? one.address : `${one.name} <${one.address}>`))
  const assignee = agents.find(agent => agent.id === assigneeAfterId)?.name
  const team = teams.find(one => one.id === teamAfterId)?.name
  const whose = [team, assignee].filter(name => name !== undefined).join(' · ')
  return [
    t('merge.messages', { count: messageCount }),
    ...(noteCount > 0 ? [t('merge.notes', { count: noteCount })] : []),
    names.length > 0 ? t('merge.joining', { names: names.join(', ') }) : t('merge.nobodyJoins'),
    t('merge.after', { state: t(`state.${preview.stateAfter}`), name: whose || t('assign.nobody') }),
    t('merge.replies', { number: merged.number, into: survivor.number }),
  ]
}
