import { Button } from '@mantine/core'
import { RotateCcw, X } from 'lucide-react'
import { useRef } from 'react'
import { keysClash } from '../../shared/shortcuts.ts'
import type { Bindings } from '../keys/bindings.ts'
import { freeKeys, isChangeable, MOST_KEYS } from '../keys/choose-keys.ts'
import { type CommandId, fixedKeys, keyWords } from '../keys/command-list.ts'
import { isMac } from '../keys/is-mac.ts'
import { KeyRange, Keys } from '../keys/key-names.tsx'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { KeyCapture } from './key-capture.tsx'
import page from './page.module.css'
import css from './shortcuts.module.css'

/** One command with its keys: each can be taken away, others given, and all be as in the preset again. */
export function ShortcutRow(props: {
  id: CommandId
  bindings: Bindings
  isOwn: boolean
  isChanged: boolean
  onChanged: (isChanged: boolean) => void
  onKeys: (keys: readonly string[]) => void
  onReset: () => void
}) {
  const { t } = useTranslation()
  const button = useRef<HTMLButtonElement>(null)
  const { id, bindings } = props
  const free = freeKeys(bindings, id)
  const command = t(`command.${id}`)
  // The keyboard goes on where it was.
  const leave = () => {
    button.current?.focus()
    props.onChanged(false)
  }
  const take = (keys: string, how: 'instead' | 'too') => {
    const kept = how === 'too' ? free.filter(one => !keysClash(one, keys)) : []
    props.onKeys([...kept, keys].slice(-MOST_KEYS))
    leave()
  }
  return (
    <li className={page.row}>
      <span className={css.command}>{command}</span>
      <span className={css.keys}>
        {free.map(keys => (
          <span key={keys} className={css.key}>
            <Keys keys={keys} />
            <button
              type="button"
              className={css.remove}
              aria-label={t('shortcuts.remove', { keys: keyWords(keys, isMac()).join(' '), command })}
              onClick={() => {
                button.current?.focus()
                props.onKeys(free.filter(one => one !== keys))
              }}
            >
              <X size={12} aria-hidden />
            </button>
          </span>
        ))}
        <KeyRange all={fixedKeys(id)} />
        {bindings[id].length === 0 && <span className={css.none}>{t('shortcuts.none')}</span>}
      </span>
      {isChangeable(id) && (
        <span className={css.tools}>
          {props.isOwn && (
            <IconButton
              icon={RotateCcw}
              name={t('shortcuts.resetOne', { command })}
              onClick={() => {
                button.current?.focus()
                props.onReset()
              }}
            />
          )}
          <Button
            ref={button}
            variant="default"
            size="compact-sm"
            aria-expanded={props.isChanged}
            aria-label={t('shortcuts.changeOne', { command })}
            onClick={() => props.onChanged(!props.isChanged)}
          >
            {t('shortcuts.change')}
          </Button>
        </span>
      )}
      {props.isChanged && (
        <KeyCapture id={id} bindings={bindings} hasKeys={free.length > 0} onTake={take} onLeave={leave} />
      )}
    </li>
  )
}
