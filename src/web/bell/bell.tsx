import { Bell as BellIcon } from 'lucide-react'
import { type ComponentType, lazy, Suspense, useEffect, useState } from 'react'
import { type ListPlace, useOpenNumber } from '../inbox/place.ts'
import { useCommand } from '../keys/commands.tsx'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { whenIdle } from '../ui/when-idle.ts'
import css from './bell.module.css'
import { showBellPanel, useBellPanel } from './use-bell-panel.ts'
import { useNewCount } from './use-notifications.ts'

const BellPanel = lazy(async () => ({ default: (await import('./bell-panel.tsx')).BellPanel }))

/** The bell with how much is new, what it lists, and what rings it. */
export function Bell(props: { place: ListPlace }) {
  const { t } = useTranslation()
  const number = useOpenNumber()
  const isOpen = useBellPanel()
  const count = useNewCount()
  useCommand('notifications', () => showBellPanel(true))
  const Ring = useRing()
  useEffect(() => () => showBellPanel(false), [])
  return (
    <span className={css.bell}>
      <IconButton
        icon={BellIcon}
        name={count > 0 ? t('bell.new', { count }) : t('bell.title')}
        command="notifications"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => showBellPanel(true)}
      />
      <NewCount count={count} />
      {Ring !== undefined && <Ring number={number} />}
      {isOpen && (
        <Suspense fallback={null}>
          <BellPanel place={props.place} onClose={() => showBellPanel(false)} />
        </Suspense>
      )}
    </span>
  )
}

/** What rings, once the page has nothing else to do; with it the list comes, so that its keys are there at once. */
function useRing(): ComponentType<{ number: number | undefined }> | undefined {
  const [found, setFound] = useState<{ Ring: ComponentType<{ number: number | undefined }> }>()
  useEffect(
    () =>
      whenIdle(async () => {
        const { Ring } = await import('./ring.tsx')
        setFound({ Ring })
        await import('./bell-panel.tsx')
      }),
    [],
  )
  return found?.Ring
}

/** The way to the same list on a phone. */
export function BellItem(props: { className?: string | undefined; onGo: () => void }) {
  const { t } = useTranslation()
  const count = useNewCount()
  const open = () => {
    props.onGo()
    showBellPanel(true)
  }
  return (
    <button type="button" className={props.className} aria-haspopup="dialog" onClick={open}>
      {count > 0 ? t('bell.new', { count }) : t('bell.title')}
    </button>
  )
}

function NewCount({ count }: { count: number }) {
  if (count === 0) return null
  return (
    <span className={css.count} aria-hidden>
      {count > 9 ? '9+' : count}
    </span>
  )
}
