import { Menu } from '@mantine/core'
import {
  ArchiveRestore,
  Bell,
  BellOff,
  Ellipsis,
  type LucideIcon,
  Merge,
  OctagonAlert,
  Split,
  Trash2,
  UserRoundPlus,
} from 'lucide-react'
import { type RefObject, useRef, useState } from 'react'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { CommandId } from '../keys/command-list.ts'
import { KeyNames } from '../keys/key-names.tsx'
import { useAriaKeys } from '../keys/use-bindings.ts'
import { useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Opener, useFocusBack } from '../ui/opener.tsx'
import type { PanelProps } from './header-pickers.tsx'
import { splittable } from './splittable.ts'
import css from './ticket-header.module.css'
import { useChangeTicket } from './use-ticket.ts'

type MenuProps = PanelProps & { onPutAway: (change: TicketChange) => void }

/** What else can be done with a ticket, behind one button of its head: each with its key, which does the same. */
export function TicketMenu(props: MenuProps) {
  const { t } = useTranslation()
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <IconButton
        ref={button}
        icon={Ellipsis}
        name={t('ticket.more')}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      />
      {isOpen && <OpenMenu {...props} opener={button} onClose={() => setOpen(false)} />}
    </>
  )
}

function OpenMenu(props: MenuProps & { opener: RefObject<HTMLButtonElement | null>; onClose: () => void }) {
  const ariaKeys = useAriaKeys()
  // What opens a field of its own keeps the focus there.
  const [returnsFocus, setReturnsFocus] = useState(true)
  useFocusBack(returnsFocus)
  return (
    <Menu
      opened
      onClose={props.onClose}
      position="bottom-end"
      width={260}
      portalProps={{ target: '#ticket' }} // in the page's main part, where who reads by landmarks finds it
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <Opener of={props.opener} />
      </Menu.Target>
      <Menu.Dropdown>
        {useItems(props).map(({ command, icon: Icon, words, run }) => (
          <Menu.Item
            key={command}
            leftSection={<Icon size={16} strokeWidth={1.75} aria-hidden />}
            rightSection={
              <span className={css.menuKey} aria-hidden>
                <KeyNames id={command} />
              </span>
            }
            aria-keyshortcuts={ariaKeys(command)}
            onClick={() => {
              setReturnsFocus(command !== 'merge' && command !== 'split')
              run()
            }}
          >
            {words}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

type Item = { command: CommandId; icon: LucideIcon; words: string; run: () => void; isOffered: boolean }

function useItems(props: MenuProps): Item[] {
  const { t } = useTranslation()
  const me = useMe()
  const change = useChangeTicket()
  const { ticket } = props
  const { isFollowed, isTwin } = ticket
  const isDeleted = ticket.deletedAt !== null
  const isSpam = ticket.state === 'spam'
  const items: Item[] = [
    {
      command: 'assign-me',
      icon: UserRoundPlus,
      words: t('command.assign-me'),
      run: () => change(ticket, { assigneeId: me.id }),
      isOffered: ticket.assigneeId !== me.id,
    },
    {
      command: 'follow',
      icon: isFollowed ? BellOff : Bell,
      words: t(isFollowed ? 'ticket.unfollow' : 'ticket.follow'),
      run: () => change(ticket, { isFollowed: !isFollowed }),
      isOffered: true,
    },
    {
      command: 'merge',
      icon: Merge,
      words: t('command.merge'),
      run: () => props.onPanel('merge'),
      isOffered: true,
    },
    {
      command: 'split',
      icon: Split,
      words: t('command.split'),
      run: () => props.onPanel('split'),
      isOffered: splittable(ticket).length > 1,
    },
    {
      command: 'spam',
      icon: OctagonAlert,
      words: t(isSpam ? 'ticket.notSpam' : 'state.spam'),
      run: () => props.onPutAway({ state: isSpam ? 'open' : 'spam' }),
      isOffered: !isTwin,
    },
    {
      command: 'delete',
      icon: isDeleted ? ArchiveRestore : Trash2,
      words: t(isDeleted ? 'trash.restore' : 'ticket.delete'),
      run: () => props.onPutAway({ isDeleted: !isDeleted }),
      isOffered: !isTwin,
    },
  ]
  return items.filter(item => item.isOffered)
}
