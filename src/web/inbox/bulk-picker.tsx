import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { listTags } from '../../shared/tags.ts'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { TicketRow } from '../../shared/tickets.ts'
import { TICKET_PRIORITIES, TICKET_STATES } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { useMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { assignChange, useAssignChoices } from '../ticket/assign-choices.tsx'
import type { OpeningButton } from '../ui/button-layer.tsx'
import { MailboxMark } from '../ui/mailbox-mark.tsx'
import { type Choice, Picker } from '../ui/picker.tsx'

/** Which list of the bar is open. */
export type BulkPanel = 'assign' | 'state' | 'tags' | 'priority' | 'snooze' | 'mailbox' | 'merge' | undefined

type PickProps = {
  panel: Exclude<BulkPanel, 'snooze' | undefined>
  isOpen: boolean
  /** The selected tickets whose rows are loaded. */
  known: readonly TicketRow[]
  button: OpeningButton
  onOpen: (isOpen: boolean) => void
  onChange: (change: TicketChange) => void
  onMerge: (into: number) => void
}

/** One list of the bar: what to give all selected tickets. */
export function BulkPicker(props: PickProps) {
  const { t } = useTranslation()
  const { panel } = props
  const { choices, choose } = useChoices(props)
  const make = (typed: string): Choice | undefined =>
    panel !== 'tags' || typed.length > 50 || choices.some(choice => choice.id === typed.toLocaleLowerCase())
      ? undefined
      : { id: typed, words: t('tags.make', { tag: typed }), mark: <Plus size={14} aria-hidden /> }
  return (
    <Picker
      name={t(`command.${panel}`)}
      {...(panel === 'merge' ? { placeholder: t('bulk.mergeInto') } : {})}
      button={props.button}
      choices={choices}
      isOpen={props.isOpen}
      onOpen={props.onOpen}
      onChoose={choose}
      make={make}
      none={t('tags.none')}
    />
  )
}

type Choosing = { choices: Choice[]; choose: (id: string) => void }

function useChoices({ panel, isOpen, known, onChange, onMerge }: PickProps): Choosing {
  const { t } = useTranslation()
  const assignees = useAssignChoices()
  const tagging = useTags(isOpen && panel === 'tags', known, onChange)
  const mailboxes = useMailboxes().data ?? []
  switch (panel) {
    case 'assign':
      return { choices: assignees(), choose: id => onChange(assignChange(id)) }
    case 'tags':
      return tagging
    case 'state':
      return {
        choices: TICKET_STATES.map(id => ({ id, words: t(`state.${id}`) })),
        choose: id => onChange({ state: TICKET_STATES.find(state => state === id) ?? 'open' }),
      }
    case 'priority':
      return {
        choices: TICKET_PRIORITIES.toReversed().map(id => ({ id, words: t(`priority.${id}`) })),
        choose: id => onChange({ priority: TICKET_PRIORITIES.find(one => one === id) ?? 'normal' }),
      }
    case 'mailbox':
      return {
        choices: mailboxes.map(({ id, name, colour }) => ({
          id: String(id),
          words: name,
          mark: <MailboxMark colour={colour} name={name} />,
        })),
        choose: id => onChange({ mailboxId: Number(id) }),
      }
    case 'merge':
      return {
        choices: known.map(({ number, subject, customer }) => ({
          id: String(number),
          words: `#${number} ${subject}`,
          hint: customer?.name ?? customer?.address ?? '',
        })),
        choose: id => onMerge(Number(id)),
      }
  }
}

function useTags(isWanted: boolean, known: readonly TicketRow[], onChange: PickProps['onChange']): Choosing {
  const { call } = useApi()
  const tags = useQuery({
    queryKey: ['tags'],
    queryFn: async () => (await call(listTags)).data,
    enabled: isWanted,
  })
  const onAll = (tag: string) => known.length > 0 && known.every(row => row.tags.includes(tag))
  return {
    choices: (tags.data ?? []).map(id => ({ id, words: id, isChosen: onAll(id) })),
    choose: id => onChange(onAll(id) ? { removeTags: [id] } : { addTags: [id] }),
  }
}
