import { Link } from '@tanstack/react-router'
import { Users } from 'lucide-react'
import { teamQueue } from '../../shared/vocabulary.ts'
import { useTeamsAtWork } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import type { ListPlace } from './place.ts'
import { countWords, isIn } from './queue-links.tsx'
import css from './sidebar.module.css'
import { useQueues } from './use-tickets.ts'

/** The queues of the teams, each with how many tickets wait for it. */
export function TeamLinks(props: { place: ListPlace; onGo?: () => void }) {
  const { t } = useTranslation()
  const { mailboxId } = props.place
  const teams = useTeamsAtWork()
  const counts = useQueues(mailboxId).data
  if (teams.length === 0) return null
  return (
    <section className={css.group} aria-labelledby="sidebar-teams">
      <h2 className={css.heading} id="sidebar-teams">
        {t('nav.teams')}
      </h2>
      <ul className={css.items}>
        {teams.map(team => {
          const name = teamQueue(team.id)
          const isHere = isIn(props.place, name)
          const count = counts?.find(row => row.queue === name)?.count ?? 0
          return (
            <li key={team.id}>
              <Link
                to="/queue/$queue"
                params={{ queue: name }}
                search={mailboxId === undefined ? {} : { mailbox: mailboxId }}
                className={css.item}
                data-chosen={isHere}
                aria-current={isHere ? 'page' : undefined}
                onClick={props.onGo}
              >
                <Users size={16} strokeWidth={1.75} aria-hidden />
                <span className={css.name}>{team.name}</span>
                {count > 0 && <span className={css.count}>{countWords(count)}</span>}
              </Link>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
