import type { FilterPart } from '../../shared/ticket-filter.ts'
import type { ListPlace } from '../inbox/place.ts'
import { useTranslation } from '../texts.tsx'
import css from './filter-bar.module.css'
import { FilterChip } from './filter-chip.tsx'
import { FILTER_PARTS, withoutEmpty } from './filter-search.ts'
import { ViewTools } from './view-tools.tsx'

/** The chips of the filter above a list, each with its values and a way out, and what can be done with them as a view. */
export function FilterBar(props: {
  place: ListPlace
  /** The part whose values are being chosen; it has a chip though it may have none yet. */
  editing: FilterPart | undefined
  onEdit: (part: FilterPart | undefined) => void
}) {
  const { t } = useTranslation()
  const { place, editing } = props
  const { filter, viewId, mailboxId } = place
  const shown = FILTER_PARTS.filter(part => filter[part] !== undefined || part === editing)
  return (
    <div className={css.bar}>
      <ul className={css.chips} aria-label={t('filter.name')}>
        {shown.map(part => (
          <li key={part}>
            <FilterChip
              part={part}
              filter={filter}
              isOpen={part === editing}
              onOpen={isOpen => props.onEdit(isOpen ? part : undefined)}
              onChange={changed => place.narrow(withoutEmpty(changed), { viewId, mailboxId })}
            />
          </li>
        ))}
      </ul>
      <ViewTools place={place} />
    </div>
  )
}
