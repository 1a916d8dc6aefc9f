import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { ChevronDown, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { decideNewcomer } from '../../shared/newcomers.ts'
import type { Correspondent } from '../../shared/schemas.ts'
import type { Proposal } from '../../shared/senders.ts'
import type { Ticket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import css from './ticket-hints.module.css'

// More would push the messages out of sight.
const SHOWN = 3

/** Who may join the exchange: nothing goes to them until an agent says so. On a phone it is one line until it is opened. */
export function Newcomers(props: { ticket: Ticket }) {
  const { t } = useTranslation()
  const [isAllShown, setIsAllShown] = useState(false)
  const [isOpen, setIsOpen] = useState(false)
  const { number, proposals } = props.ticket
  if (proposals.length === 0) return null
  const shown = isAllShown ? proposals : proposals.slice(0, SHOWN)
  const hidden = proposals.length - shown.length
  return (
    <section className={css.hints} aria-label={t('newcomer.name')} data-aside data-open={isOpen}>
      <button type="button" className={css.fold} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <UserPlus size={16} strokeWidth={1.75} aria-hidden />
        {t('newcomer.fold', { count: proposals.length })}
        <ChevronDown size={16} strokeWidth={1.75} aria-hidden />
      </button>
      {shown.map(proposal => (
        <NewcomerLine key={proposal.address} number={number} proposal={proposal} />
      ))}
      {hidden > 0 && (
        <div>
          <Button size="compact-xs" variant="subtle" onClick={() => setIsAllShown(true)}>
            {t('newcomer.more', { count: hidden })}
          </Button>
        </div>
      )}
    </section>
  )
}

function NewcomerLine(props: { number: number; proposal: Proposal }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { number, proposal } = props
  const { address, by } = proposal
  const decide = async (decision: 'accept' | 'ignore') => {
    try {
      await call(decideNewcomer, { params: { number }, body: { address, decision } })
      notices.done(t(`done.newcomer.${decision}`, { address }))
    } catch (error) {
      notices.failed(error)
    }
    await queries.invalidateQueries({ queryKey: ['ticket', number] })
  }
  const brought = proposal.isVouched ? 'vouched' : 'copied'
  const origin = by === null ? 'wrote' : brought
  return (
    <p className={css.hint}>
      <UserPlus size={16} strokeWidth={1.75} aria-hidden />
      <span className={css.words}>
        {t(`newcomer.${origin}`, { person: wholeName(proposal), by: by === null ? '' : wholeName(by) })}
      </span>
      <span className={css.acts}>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t('newcomer.acceptWhom', { address })}
          onClick={() => void decide('accept')}
        >
          {t('newcomer.accept')}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={t('newcomer.ignoreWhom', { address })}
          onClick={() => void decide('ignore')}
        >
          {t('newcomer.ignore')}
        </Button>
      </span>
    </p>
  )
}

// The address too: anybody can call themselves anything.
function wholeName({ name, address }: Correspondent): string {
  return name === null ? address : `${name} <${address}>`
}
