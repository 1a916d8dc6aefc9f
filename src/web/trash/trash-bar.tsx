import { useTranslation } from '../texts.tsx'
import strip from '../ticket/twin-strip.module.css'
import { EmptyButton } from './empty-button.tsx'
import { useTrash } from './use-trash.ts'

/** Says above the list of the Trash how long tickets stay there, and lets admins empty it. */
export function TrashBar() {
  const { t } = useTranslation()
  const days = useTrash().data?.days
  if (days === undefined) return null
  return (
    <div className={strip.strip} role="note">
      <span className={strip.words}>
        {days === null ? t('trash.forEver') : t('trash.days', { count: days })}
      </span>
      <EmptyButton size="compact-xs" />
    </div>
  )
}
