import { Drawer } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { BellItem } from '../bell/bell.tsx'
import { useSignOut } from '../sign-in/use-sign-out.ts'
import { useTranslation } from '../texts.tsx'
import { classNames } from '../ui/class-names.ts'
import type { ListPlace } from './place.ts'
import { QueueLinks } from './queue-links.tsx'
import side from './sidebar.module.css'
import { MailboxLinks } from './sidebar.tsx'
import { TeamLinks } from './team-links.tsx'
import { ViewLinks } from './view-links.tsx'

/** On a phone: everything of the left column that has no tab. */
export function MoreDrawer(props: { place: ListPlace; onClose: () => void }) {
  const { t } = useTranslation()
  const signOut = useSignOut()
  return (
    <Drawer
      opened
      onClose={props.onClose}
      title="Letterdesk"
      size={300}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      <QueueLinks place={props.place} onGo={props.onClose} />
      <TeamLinks place={props.place} onGo={props.onClose} />
      <ViewLinks place={props.place} onGo={props.onClose} />
      <MailboxLinks place={props.place} onGo={props.onClose} />
      <ul className={classNames(side.items, side.group)}>
        <li>
          <BellItem className={classNames(side.item, side.bare)} onGo={props.onClose} />
        </li>
        <li>
          <Link to="/settings" className={side.item}>
            {t('nav.settings')}
          </Link>
        </li>
        <li>
          <button type="button" className={classNames(side.item, side.bare)} onClick={signOut}>
            {t('action.signOut')}
          </button>
        </li>
      </ul>
    </Drawer>
  )
}
