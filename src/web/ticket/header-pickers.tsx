import { useQuery } from '@tanstack/react-query'
import {
  CircleCheck,
  CircleDot,
  CircleUserRound,
  Hourglass,
  type LucideIcon,
  OctagonAlert,
  Plus,
  Users,
  X,
} from 'lucide-react'
import type { ReactNode, Ref } from 'react'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { Ticket } from '../../shared/tickets.ts'
import { TICKET_STATES, type TicketState } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import type { CommandId } from '../keys/command-list.ts'
import { useAriaKeys } from '../keys/use-bindings.ts'
import { useAgents, useTeams } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { type Choice, Picker } from '../ui/picker.tsx'
import { assignChange, useAssignChoices } from './assign-choices.tsx'
import css from './ticket-header.module.css'
import { tagsQuery } from './ticket-queries.ts'
import { useChangeTicket } from './use-ticket.ts'

/** Which list of the header is open: opened by its button or its key. */
export type OpenPanel =
  | 'assign'
  | 'state'
  | 'tags'
  | 'mailbox'
  | 'merge'
  | 'split'
  | 'snooze'
  | 'priority'
  | undefined

/** What every picker of the header needs. */
export type PanelProps = { ticket: Ticket; panel: OpenPanel; onPanel: (panel: OpenPanel) => void }

const STATE_ICONS: Record<TicketState, LucideIcon> = {
  open: CircleDot,
  waiting: Hourglass,
  closed: CircleCheck,
  spam: OctagonAlert,
}

/** Open, waiting, closed or spam; putting a ticket away opens the next. */
export function StatePicker(props: PanelProps & { onPutAway: (change: TicketChange) => void }) {
  const { t } = useTranslation()
  const { ticket } = props
  const Icon = STATE_ICONS[ticket.state]
  const choices = () =>
    TICKET_STATES.map((state): Choice => {
      const Mark = STATE_ICONS[state]
      return {
        id: state,
        words: t(`state.${state}`),
        mark: <Mark size={14} strokeWidth={1.75} aria-hidden />,
        isChosen: state === ticket.state,
      }
    })
  const choose = (id: string) => {
    const state = TICKET_STATES.find(word => word === id)
    if (state === undefined || state === ticket.state) return
    props.onPutAway({ state })
  }
  return (
    <Picker
      name={t('command.state')}
      choices={choices}
      isOpen={props.panel === 'state'}
      onOpen={isOpen => props.onPanel(isOpen ? 'state' : undefined)}
      onChoose={choose}
      button={
        <ToolButton {...toolProps(props, 'state')}>
          <Icon
            size={14}
            strokeWidth={1.75}
            aria-hidden
            data-state={ticket.state}
            className={css.stateIcon}
          />
          <span className={css.words}>{t(`state.${ticket.state}`)}</span>
        </ToolButton>
      }
    />
  )
}

/** Whose the ticket is: an agent's, a team's, or both. */
export function AssignPicker(props: PanelProps) {
  const { t } = useTranslation()
  const change = useChangeTicket()
  const { ticket } = props
  const assignee = useAgents().data?.find(agent => agent.id === ticket.assigneeId)
  const team = useTeams().data?.find(one => one.id === ticket.teamId)
  const choices = useAssignChoices(ticket)
  return (
    <Picker
      name={t('command.assign')}
      choices={choices}
      isOpen={props.panel === 'assign'}
      onOpen={isOpen => props.onPanel(isOpen ? 'assign' : undefined)}
      onChoose={(id, { isChosen }) => isChosen !== true && change(ticket, assignChange(id))}
      button={
        <ToolButton {...toolProps(props, 'assign')}>
          <AssigneeMark name={assignee?.name} isOfTeam={team !== undefined} />
          <span className={css.words}>
            {[team?.name, assignee?.name].filter(name => name !== undefined).join(' · ') ||
              t('assign.nobody')}
          </span>
        </ToolButton>
      }
    />
  )
}

function AssigneeMark(props: { name: string | undefined; isOfTeam: boolean }) {
  if (props.name !== undefined) return <Avatar name={props.name} isSmall />
  const Icon = props.isOfTeam ? Users : CircleUserRound
  return <Icon size={14} strokeWidth={1.75} aria-hidden />
}

/** The tags as chips, and a list to add known or new ones. */
export function TagPicker(props: PanelProps) {
  const { t } = useTranslation()
  const { call } = useApi()
  const change = useChangeTicket()
  // Known before they are wanted; then what colleagues made a moment ago is offered too.
  const known = useQuery({
    ...tagsQuery(call),
    staleTime: 5_000,
    enabled: ({ state }) => props.panel === 'tags' || state.data === undefined,
  })
  const { ticket } = props
  const all = [...new Set([...ticket.tags, ...(known.data ?? [])])]
  const toggle = (tag: string) => {
    if (ticket.tags.includes(tag)) change(ticket, { removeTags: [tag] })
    else change(ticket, { addTags: [tag] })
  }
  const make = (typed: string): Choice | undefined =>
    all.some(tag => tag.toLocaleLowerCase() === typed.toLocaleLowerCase()) || typed.length > 50
      ? undefined
      : { id: typed, words: t('tags.make', { tag: typed }), mark: <Plus size={14} aria-hidden /> }
  return (
    <>
      <span className={css.tags}>
        {ticket.tags.map(tag => (
          <span key={tag} className={css.tag}>
            {tag}
            <button
              type="button"
              className={css.removeTag}
              aria-label={t('tags.remove', { tag })}
              onClick={() => change(ticket, { removeTags: [tag] })}
            >
              <X size={12} aria-hidden />
            </button>
          </span>
        ))}
      </span>
      <Picker
        name={t('command.tags')}
        choices={all.map(tag => ({ id: tag, words: tag, isChosen: ticket.tags.includes(tag) }))}
        isOpen={props.panel === 'tags'}
        onOpen={isOpen => props.onPanel(isOpen ? 'tags' : undefined)}
        onChoose={toggle}
        make={make}
        none={t('tags.none')}
        staysOpen
        button={
          <ToolButton {...toolProps(props, 'tags')}>
            <Plus size={14} strokeWidth={1.75} aria-hidden />
            <span className={css.words}>{t('tags.add')}</span>
          </ToolButton>
        }
      />
    </>
  )
}

function toolProps(props: PanelProps, command: 'assign' | 'state' | 'tags') {
  return {
    command,
    isOpen: props.panel === command,
    onClick: () => props.onPanel(props.panel === command ? undefined : command),
  }
}

function ToolButton(props: {
  command: CommandId
  isOpen: boolean
  onClick: () => void
  children: ReactNode
  ref?: Ref<HTMLButtonElement>
}) {
  const { t } = useTranslation()
  const ariaKeys = useAriaKeys()
  return (
    <button
      ref={props.ref}
      type="button"
      className={css.tool}
      data-tool={props.command}
      data-minor={props.command === 'tags' ? '' : undefined}
      aria-haspopup="dialog"
      aria-expanded={props.isOpen}
      aria-keyshortcuts={ariaKeys(props.command)}
      title={t(`command.${props.command}`)}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  )
}
