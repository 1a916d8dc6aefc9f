import { Link } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import side from '../inbox/sidebar.module.css'
import tabs from '../inbox/tab-bar.module.css'
import { KeyNames } from '../keys/key-names.tsx'
import { useAriaKeys } from '../keys/use-bindings.ts'
import { useTranslation } from '../texts.tsx'

type LinkProps = { isChosen: boolean }

/** The way to the search in the left column. */
export function SearchLink(props: LinkProps) {
  const { t } = useTranslation()
  const ariaKeys = useAriaKeys()
  return (
    <Link
      to="/search"
      search={{ q: '' }}
      className={side.item}
      data-chosen={props.isChosen}
      aria-current={props.isChosen ? 'page' : undefined}
      aria-keyshortcuts={ariaKeys('search')}
    >
      <Search size={16} strokeWidth={1.75} aria-hidden />
      <span className={side.name}>{t('search.title')}</span>
      <KeyNames id="search" />
    </Link>
  )
}

/** The way to the search at the foot of a phone. */
export function SearchTab(props: LinkProps) {
  const { t } = useTranslation()
  return (
    <Link
      to="/search"
      search={{ q: '' }}
      className={tabs.tab}
      data-chosen={props.isChosen}
      aria-current={props.isChosen ? 'page' : undefined}
    >
      <span className={tabs.icon}>
        <Search size={18} strokeWidth={1.75} aria-hidden />
      </span>
      <span className={tabs.words}>{t('search.title')}</span>
    </Link>
  )
}
