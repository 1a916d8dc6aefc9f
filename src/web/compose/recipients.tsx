import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { flushSync } from 'react-dom'
import type { JudgedRecipients } from '../../shared/recipients.ts'
import type { Correspondent } from '../../shared/schemas.ts'
import type { Ticket } from '../../shared/tickets.ts'
import { useCommand } from '../keys/commands.tsx'
import { useTranslation } from '../texts.tsx'
import { useAuthorName } from '../ticket/author-name.ts'
import { classNames } from '../ui/class-names.ts'
import { fullTime } from '../ui/format-time.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import { AddressLine, nameOf } from './address-line.tsx'
import type { Draft } from './draft-store.ts'
import css from './recipients.module.css'
import { shownRecipients } from './shown-recipients.ts'
import { useReplySender } from './use-reply-sender.ts'

type Props = {
  ticket: Ticket
  draft: Draft
  judged: JudgedRecipients | undefined
  onChange: (patch: Partial<Draft>) => void
}

const CC_FIELD = 'reply-cc'
const BCC_FIELD = 'reply-bcc'

/** From, To and Cc, always in sight: the wrong recipient is the costliest mistake. Bcc on demand. */
export function Recipients(props: Props) {
  const { t } = useTranslation()
  const { ticket, draft, judged } = props
  const [hasBcc, setHasBcc] = useState(draft.bcc.length > 0)
  const sender = useReplySender(ticket, draft)
  const shown = shownRecipients(ticket, draft, judged)
  const known = judged
    ? [...judged.to, ...judged.cc, ...judged.bcc]
    : [...ticket.replyDefaults.to, ...ticket.replyDefaults.cc]
  // To and Cc together: who chooses one of them has seen the other, once the server has said who they are.
  const choose = (patch: Partial<Draft>) => {
    props.onChange({ ...(shown.isKnown ? { to: shown.to, cc: shown.cc } : {}), ...patch, isOpen: true })
  }
  useCommand('add-cc', () => document.getElementById(CC_FIELD)?.focus())
  useCommand('add-bcc', () => {
    flushSync(() => setHasBcc(true)) // before the next key, which is meant for the field
    document.getElementById(BCC_FIELD)?.focus()
  })
  return (
    <div className={css.recipients}>
      <Answered {...props} />
      <AddressLine
        name={t('details.to')}
        addresses={shown.to}
        known={known}
        onChange={to => choose({ to })}
        isRequired
      />
      <AddressLine
        id={CC_FIELD}
        name={t('details.cc')}
        addresses={shown.cc}
        known={known}
        onChange={cc => choose({ cc })}
      />
      {hasBcc ? (
        <AddressLine
          id={BCC_FIELD}
          name={t('details.bcc')}
          addresses={draft.bcc}
          known={known}
          onChange={bcc => props.onChange({ bcc, isOpen: true })}
        />
      ) : (
        <button type="button" className={css.more} onClick={() => setHasBcc(true)}>
          + {t('details.bcc')}
        </button>
      )}
      {judged !== undefined && judged.dropped.length > 0 && (
        <Dropped people={judged.dropped} onTakeBack={address => choose({ cc: [...shown.cc, address] })} />
      )}
      {shown.isKnown && shown.to.length === 0 && ticket.replyDefaults.to.length === 0 && (
        <p className={css.gone} role="status">
          {t('compose.noAddress')}
        </p>
      )}
      <AskedFor ticket={ticket} chosen={shown.to} draft={draft} onUse={to => choose({ to })} />
      {sender !== undefined && (
        <span className={css.from}>{t('compose.from', { address: sender.from.address })}</span>
      )}
    </div>
  )
}

// Which message an agent chose to answer, where it is not simply the newest; or that it is not here any more.
function Answered(props: Props) {
  const { t } = useTranslation()
  const timeStyle = useTimeStyle()
  const authorName = useAuthorName()
  const answerNewest = () => props.onChange({ answeredMessageId: null, to: null, cc: null, bcc: [] })
  const { answeredMessageId } = props.draft
  if (answeredMessageId == null) return null
  const chosen = props.ticket.messages.find(message => message.id === answeredMessageId)
  if (chosen === undefined) {
    return (
      <p className={css.gone} role="status">
        {t('compose.answersGone')}
        <button type="button" className={css.more} onClick={answerNewest}>
          {t('compose.answerNewest')}
        </button>
      </p>
    )
  }
  const time = fullTime(new Date(chosen.receivedAt), timeStyle)
  const isAside = chosen.sideThreadId !== null
  return (
    <p className={classNames(css.answered, isAside && css.aside)}>
      {t(isAside ? 'compose.answersAside' : 'compose.answers', { name: authorName(chosen), time })}
      <button type="button" aria-label={t('compose.answerNewest')} onClick={answerNewest}>
        <X size={12} aria-hidden />
      </button>
    </p>
  )
}

// Who was in the exchange and gets nothing: one press, and they are copied again.
function Dropped(props: { people: readonly Correspondent[]; onTakeBack: (address: string) => void }) {
  const { t } = useTranslation()
  return (
    <p className={css.dropped}>
      {t('compose.dropped')}
      {props.people.map(({ address }) => (
        <span key={address} className={css.chip} title={address}>
          <span className={css.chipWords}>{nameOf(address, props.people)}</span>
          <button
            type="button"
            aria-label={t('compose.takeBack', { address })}
            onClick={() => props.onTakeBack(address)}
          >
            <Plus size={12} aria-hidden />
          </button>
        </span>
      ))}
    </p>
  )
}

// Reply-To may be anybody's: the agent sees where an answer would go before it does.
function AskedFor(props: {
  ticket: Ticket
  draft: Draft
  chosen: readonly string[]
  onUse: (to: string[]) => void
}) {
  const { t } = useTranslation()
  const { replyTo } = props.ticket.replyDefaults
  const wished = replyTo.map(one => one.address)
  if (props.draft.answeredMessageId != null || wished.every(address => props.chosen.includes(address))) {
    return null
  }
  return (
    <p className={css.asked}>
      {t('compose.replyToAsked', { addresses: wished.map(address => nameOf(address, replyTo)).join(', ') })}{' '}
      <button type="button" className={css.more} onClick={() => props.onUse(wished)}>
        {t('compose.replyToUse')}
      </button>
    </p>
  )
}
