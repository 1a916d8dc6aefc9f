import { Link } from '@tanstack/react-router'
import { ListFilter } from 'lucide-react'
import { useTranslation } from '../texts.tsx'
import { writeFilter } from '../views/filter-search.ts'
import { useViewCounts, useViews } from '../views/use-views.ts'
import type { ListPlace } from './place.ts'
import { countWords } from './queue-links.tsx'
import css from './sidebar.module.css'

/** The views, own and shared, each with how many of its tickets want work. */
export function ViewLinks(props: { place: ListPlace; onGo?: () => void }) {
  const { t } = useTranslation()
  const { mailboxId, sought, viewId } = props.place
  const views = useViews().data ?? []
  const counts = useViewCounts(mailboxId)
  if (views.length === 0) return null
  return (
    <section className={css.group} aria-labelledby="sidebar-views">
      <h2 className={css.heading} id="sidebar-views">
        {t('nav.views')}
      </h2>
      <ul className={css.items}>
        {views.map(view => {
          const isHere = sought === undefined && view.id === viewId
          const count = counts.get(view.id) ?? 0
          return (
            <li key={view.id}>
              <Link
                to="/queue/$queue"
                params={{ queue: view.queue }}
                search={{
                  ...(mailboxId === undefined ? {} : { mailbox: mailboxId }),
                  ...writeFilter(view.filter),
                  view: view.id,
                }}
                className={css.item}
                data-chosen={isHere}
                aria-current={isHere ? 'page' : undefined}
                title={view.isShared ? t('views.shared') : undefined}
                onClick={props.onGo}
              >
                <ListFilter size={16} strokeWidth={1.75} aria-hidden />
                <span className={css.name}>{view.name}</span>
                {count > 0 && <span className={css.count}>{countWords(count)}</span>}
              </Link>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
