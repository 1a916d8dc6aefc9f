import { Eye, Pencil } from 'lucide-react'
import { useTranslation } from '../texts.tsx'
import { Avatar } from '../ui/avatar.tsx'
import css from './presence.module.css'
import { byWeight, presenceWords } from './presence-words.ts'
import { usePresence } from './use-presence.ts'

// More words than this push the buttons of the head away; the rest is counted.
const SPELT_OUT = 2

/** Who else is on a ticket, in its head: said aloud when it changes, empty while nobody is. */
export function PresenceLine(props: { number: number }) {
  const { t } = useTranslation()
  const agents = byWeight(usePresence(props.number))
  const others = agents.length - SPELT_OUT
  return (
    <span role="status" className={css.line}>
      {agents.slice(0, SPELT_OUT).map(agent => (
        <span key={agent.agentId} className={css.agent} data-doing={agent.doing}>
          <Avatar name={agent.name} isSmall />
          <DoingIcon isWriting={agent.doing !== 'viewing'} />
          <span className={css.words}>{presenceWords(t, agent)}</span>
        </span>
      ))}
      {others > 0 && (
        <span
          className={css.more}
          title={agents
            .slice(SPELT_OUT)
            .map(agent => presenceWords(t, agent))
            .join('\n')}
        >
          {t('presence.others', { count: others })}
        </span>
      )}
    </span>
  )
}

/** The corner of a row: an eye or a pencil and the initials of who weighs most. */
export function PresenceMark(props: { number: number }) {
  const { t } = useTranslation()
  const agents = byWeight(usePresence(props.number))
  const [first] = agents
  if (first === undefined) return null
  const words = agents.map(agent => presenceWords(t, agent)).join(', ')
  return (
    <span className={css.mark} data-doing={first.doing} title={words}>
      <DoingIcon isWriting={first.doing !== 'viewing'} />
      <Avatar name={first.name} isSmall />
      <span className="visually-hidden">{words}</span>
    </span>
  )
}

function DoingIcon(props: { isWriting: boolean }) {
  const Icon = props.isWriting ? Pencil : Eye
  return <Icon size={13} strokeWidth={1.75} aria-hidden />
}
