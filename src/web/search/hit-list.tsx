import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { IdCard, Lock, Paperclip, Reply } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { SearchHit } from '../../shared/search.ts'
import { useAgents, useMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { fullTime, listTime } from '../ui/format-time.ts'
import { MailboxMark } from '../ui/mailbox-mark.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import { Marked } from './marked.tsx'
import css from './search.module.css'
import { hitKey } from './use-search.ts'

/** The hits, newest first; the marked one is followed by the eye and, where it was in the list, by the focus. */
export function HitList(props: {
  hits: readonly SearchHit[]
  q: string
  selected: string | undefined
  more: { isWanted: boolean; isComing: boolean; ask: () => void }
}) {
  const { t } = useTranslation()
  const { hits, q, selected, more } = props
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    const link = list.current?.querySelector<HTMLElement>(`[data-hit="${selected}"]`)
    if (!link) return
    if (list.current?.contains(document.activeElement)) link.focus()
    link.scrollIntoView({ block: 'nearest' })
  }, [selected])
  const focusable = hits.some(hit => hitKey(hit) === selected) ? selected : hits[0] && hitKey(hits[0])
  return (
    <>
      <ul className={css.hits} ref={list} aria-label={t('search.hits')}>
        {hits.map(hit => (
          <li key={hitKey(hit)}>
            <Hit
              hit={hit}
              q={q}
              isSelected={hitKey(hit) === selected}
              isFocusable={hitKey(hit) === focusable}
            />
          </li>
        ))}
      </ul>
      {more.isWanted && <OlderButton isComing={more.isComing} onPress={more.ask} />}
    </>
  )
}

/** Looks for more, further back. */
export function OlderButton(props: { isComing: boolean; onPress: () => void }) {
  const { t } = useTranslation()
  return (
    <div className={css.more}>
      <Button variant="default" size="xs" loading={props.isComing} onClick={props.onPress}>
        {t('search.older')}
      </Button>
    </div>
  )
}

function Hit(props: { hit: SearchHit; q: string; isSelected: boolean; isFocusable: boolean }) {
  const { t } = useTranslation()
  const { hit } = props
  const now = useNow(60_000)
  const timeStyle = useTimeStyle()
  const mailbox = useMailboxes().data?.find(one => one.id === hit.mailboxId)
  const at = new Date(hit.receivedAt)
  return (
    <Link
      to="/search/$number"
      params={{ number: hit.number }}
      search={{ q: props.q, hit: hitKey(hit) }}
      className={css.hit}
      data-hit={hitKey(hit)}
      data-selected={props.isSelected}
      aria-current={props.isSelected ? 'true' : undefined}
      tabIndex={props.isFocusable ? 0 : -1}
    >
      <span className={css.line}>
        <Author hit={hit} />
        {hit.state !== 'open' && <span className={css.state}>{t(`state.${hit.state}`)}</span>}
        <time className={css.time} dateTime={hit.receivedAt} title={fullTime(at, timeStyle)}>
          {listTime(at, now, timeStyle)}
        </time>
      </span>
      <span className={css.line}>
        {hit.subject.text === '' ? (
          <span className={css.subject}>{t('ticket.noSubject')}</span>
        ) : (
          <Marked of={hit.subject} className={css.subject} />
        )}
        <span className={css.number}>#{hit.number}</span>
        {mailbox !== undefined && <MailboxMark colour={mailbox.colour} name={mailbox.name} />}
      </span>
      <Marked of={hit.excerpt} className={css.excerpt} />
      {hit.fields.map(field => (
        <span key={field.text} className={css.file}>
          <IdCard size={13} strokeWidth={1.75} aria-hidden />
          <Marked of={field} />
        </span>
      ))}
      {hit.files.map(file => (
        <span key={file.text} className={css.file}>
          <Paperclip size={13} strokeWidth={1.75} aria-hidden />
          <Marked of={file} />
        </span>
      ))}
    </Link>
  )
}

function Author(props: { hit: SearchHit }) {
  const { t } = useTranslation()
  const { hit } = props
  const agents = useAgents().data
  const agent = agents?.find(one => one.id === hit.authorId)?.name ?? t('agent.unknown')
  if (hit.noteId !== null) {
    return (
      <span className={css.who}>
        <Lock size={13} strokeWidth={2} aria-hidden /> {t('note.by', { name: agent })}
      </span>
    )
  }
  if (hit.direction === 'outbound') {
    return (
      <span className={css.who}>
        <Reply size={13} strokeWidth={2} aria-hidden /> {hit.authorId === null ? <FromOf hit={hit} /> : agent}
      </span>
    )
  }
  return (
    <span className={css.who}>
      <FromOf hit={hit} />
    </span>
  )
}

function FromOf(props: { hit: SearchHit }) {
  const { t } = useTranslation()
  const { from } = props.hit
  return from === null ? t('customer.unknown') : <Marked of={from} />
}
