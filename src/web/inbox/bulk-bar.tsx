import {
  AlarmClock,
  CircleCheck,
  CircleDot,
  CircleUserRound,
  Equal,
  FolderInput,
  type LucideIcon,
  Merge,
  Shredder,
  Tag,
  Trash2,
  X,
} from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { TicketRow } from '../../shared/tickets.ts'
import { useCommand, useHeldTyping } from '../keys/commands.tsx'
import { useOfferSelection } from '../palette/target.ts'
import { useMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { type FailedTickets, useActions } from '../ticket/use-actions.ts'
import { useNames } from '../ticket/use-ticket.ts'
import { EraseQuestion } from '../trash/erase-question.tsx'
import { classNames } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import css from './bulk-bar.module.css'
import { type BulkPanel, BulkPicker } from './bulk-picker.tsx'
import { bulkWords } from './bulk-words.ts'
import type { Selecting } from './use-selection.ts'

const SnoozeChoices = lazy(async () => ({
  default: (await import('../when/snooze-choices.tsx')).SnoozeChoices,
}))

type BarProps = {
  selecting: Selecting
  rows: readonly TicketRow[]
  onFailed: (failed: FailedTickets) => void
}

/** Takes the place of the list's head while tickets are selected: what may be done to all of them, by button or key. */
export function BulkBar(props: BarProps) {
  const { t } = useTranslation()
  const { selecting } = props
  const { numbers, known, panel, setPanel, open, run, merge } = useBulkActs(props)
  const tool = (command: NonNullable<BulkPanel>, icon: LucideIcon) => (
    <IconButton
      className={css.tool}
      icon={icon}
      name={t(`command.${command}`)}
      command={command}
      onClick={() => open(command)}
    />
  )
  const picker = (command: Exclude<BulkPanel, 'snooze' | undefined>, icon: LucideIcon) => (
    <BulkPicker
      panel={command}
      isOpen={panel === command}
      known={known}
      button={tool(command, icon)}
      onOpen={isOpen => setPanel(isOpen ? command : undefined)}
      onChange={run}
      onMerge={merge}
    />
  )
  const mailboxes = useMailboxes().data ?? []
  return (
    <div className={css.bar} role="toolbar" aria-label={t('bulk.name')}>
      <span className={css.count} role="status" title={t('bulk.selected', { count: numbers.length })}>
        {numbers.length}
        <span className="visually-hidden">{t('bulk.selected', { count: numbers.length })}</span>
      </span>
      {picker('assign', CircleUserRound)}
      {picker('state', CircleDot)}
      {picker('tags', Tag)}
      {picker('priority', Equal)}
      <Suspense fallback={tool('snooze', AlarmClock)}>
        <SnoozeChoices
          isOpen={panel === 'snooze'}
          isSnoozed={known.some(row => row.snooze !== null)}
          onOpen={isOpen => setPanel(isOpen ? 'snooze' : undefined)}
          onChoose={snooze => run({ snooze })}
          button={tool('snooze', AlarmClock)}
        />
      </Suspense>
      {mailboxes.length > 1 && picker('mailbox', FolderInput)}
      {numbers.length > 1 && picker('merge', Merge)}
      <IconButton
        className={css.tool}
        icon={CircleCheck}
        name={t('command.close')}
        command="close"
        onClick={() => run({ state: 'closed' })}
      />
      <TrashTools numbers={numbers} known={known} run={run} onErased={selecting.clear} />
      <IconButton
        className={classNames(css.tool, css.clear)}
        icon={X}
        name={t('bulk.clear')}
        command="leave"
        onClick={selecting.clear}
      />
    </div>
  )
}

/** What is done to all that is selected, by whichever way, and the panel that asks what. */
function useBulkActs({ selecting, rows, onFailed }: BarProps) {
  const { t } = useTranslation()
  const [panel, setPanel] = useState<BulkPanel>()
  const act = useActions(onFailed)
  const names = useNames()
  const numbers = [...selecting.numbers]
  const known = rows.filter(row => selecting.numbers.has(row.number))
  const held = useHeldTyping()
  const open = (wanted: BulkPanel) => {
    if (panel === wanted) held.drop()
    else held.begin()
    setPanel(panel === wanted ? undefined : wanted)
  }
  const run = (change: TicketChange) => {
    setPanel(undefined)
    act({ numbers, wish: { change }, words: bulkWords(t, numbers.length, change, names) })
    selecting.clear()
  }
  const merge = (into: number) => {
    setPanel(undefined)
    const words = t('bulk.merged', { count: numbers.length - 1, into })
    act({ numbers, wish: { mergeInto: into }, words })
    selecting.clear()
  }
  useBulkCommands({ known, run, open, meId: names.agentId })
  useOfferSelection(selecting.numbers, rows, run)
  return { numbers, known, panel, setPanel, open, run, merge }
}

// Into the trash or out of it; only what is in there already can be erased.
function TrashTools(props: {
  numbers: number[]
  known: readonly TicketRow[]
  run: (change: TicketChange) => void
  onErased: () => void
}) {
  const { t } = useTranslation()
  const areDeleted = props.known.every(row => row.deletedAt !== null)
  return (
    <>
      <IconButton
        className={css.tool}
        icon={Trash2}
        name={t('command.delete')}
        command="delete"
        onClick={() => props.run({ isDeleted: !areDeleted })}
      />
      {areDeleted && (
        <EraseQuestion numbers={props.numbers} onErased={props.onErased}>
          {ask => <IconButton className={css.tool} icon={Shredder} name={t('trash.erase')} onClick={ask} />}
        </EraseQuestion>
      )}
    </>
  )
}

type Doing = {
  known: readonly TicketRow[]
  run: (change: TicketChange) => void
  open: (panel: BulkPanel) => void
  meId: number
}

// While something is selected, these keys are about all of it and not about the open ticket.
function useBulkCommands({ known, run, open, meId }: Doing): void {
  const first = { goesFirst: true }
  useCommand('close', () => run({ state: 'closed' }), first)
  useCommand(
    'reopen',
    () => run(known.some(row => row.deletedAt !== null) ? { isDeleted: false } : { state: 'open' }),
    first,
  )
  useCommand('spam', () => run({ state: known.every(row => row.state === 'spam') ? 'open' : 'spam' }), first)
  useCommand('delete', () => run({ isDeleted: !known.every(row => row.deletedAt !== null) }), first)
  useCommand('follow', () => run({ isFollowed: !known.every(row => row.isFollowed) }), first)
  useCommand('mark-read', () => run({ isUnread: false }), first)
  useCommand('mark-unread', () => run({ isUnread: true }), first)
  useCommand('assign-me', () => run({ assigneeId: meId }), first)
  useCommand('assign', () => open('assign'), first)
  useCommand('state', () => open('state'), first)
  useCommand('tags', () => open('tags'), first)
  useCommand('priority', () => open('priority'), first)
  useCommand('snooze', () => open('snooze'), first)
  useCommand('mailbox', () => open('mailbox'), first)
  useCommand('merge', () => open('merge'), first)
}
