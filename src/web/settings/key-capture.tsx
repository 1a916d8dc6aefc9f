import { Button } from '@mantine/core'
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import type { Bindings } from '../keys/bindings.ts'
import { losersOf, type Refusal, refusalOf } from '../keys/choose-keys.ts'
import { type CommandId, keyWords } from '../keys/command-list.ts'
import { isMac } from '../keys/is-mac.ts'
import { chordsOf, tellsForeign } from '../keys/match-key.ts'
import { useTranslation } from '../texts.tsx'
import css from './shortcuts.module.css'

const MODIFIERS = ['Shift', 'Control', 'Meta', 'Alt', 'AltGraph', 'CapsLock', 'Fn']

/**
 * Takes the next keys pressed, one or two in a row, as those of a command: says why some cannot be, and who loses them.
 * Enter takes them, Backspace begins anew, Esc leaves it as it was, Tab goes on to the buttons.
 */
export function KeyCapture(props: {
  id: CommandId
  bindings: Bindings
  /** Others that the command has: the new ones come instead of them, or too. */
  hasKeys: boolean
  onTake: (keys: string, how: 'instead' | 'too') => void
  onLeave: () => void
}) {
  const { t } = useTranslation()
  const { id, bindings } = props
  const field = useRef<HTMLInputElement>(null)
  const hintId = useId()
  const { keys, refusal, onKeyDown } = useCapture(props)
  useLayoutEffect(() => field.current?.focus(), [])
  const losers = refusal === undefined && keys !== '' ? losersOf(bindings, id, keys) : []
  const canTake = keys !== '' && refusal === undefined
  return (
    <div className={css.capture}>
      <input
        ref={field}
        className={css.field}
        readOnly
        aria-label={t('shortcuts.press', { command: t(`command.${id}`) })}
        aria-describedby={hintId}
        placeholder={t('shortcuts.pressHere')}
        value={keyWords(keys, isMac()).join(' ')}
        onKeyDown={onKeyDown}
      />
      <Button size="compact-sm" disabled={!canTake} onClick={() => props.onTake(keys, 'instead')}>
        {t(props.hasKeys ? 'shortcuts.instead' : 'shortcuts.take')}
      </Button>
      {props.hasKeys && (
        <Button
          size="compact-sm"
          variant="default"
          disabled={!canTake}
          onClick={() => props.onTake(keys, 'too')}
        >
          {t('shortcuts.too')}
        </Button>
      )}
      <Button size="compact-sm" variant="default" onClick={props.onLeave}>
        {t('action.cancel')}
      </Button>
      <p className={css.hint} id={hintId}>
        {t('shortcuts.pressHint')}
      </p>
      <p className={css.said} role="status" data-tone={refusal === undefined ? undefined : 'danger'}>
        {refusal !== undefined && t(`shortcuts.refused.${refusal}`)}
        {losers.length > 0 &&
          t('shortcuts.taken', { commands: losers.map(loser => t(`command.${loser}`)).join(', ') })}
      </p>
    </div>
  )
}

function useCapture({ id, ...props }: Parameters<typeof KeyCapture>[0]) {
  const [keys, setKeys] = useState('')
  const [pressed, setPressed] = useState<Refusal>()
  const isForeign = useRef(false)
  const refusal = pressed ?? (keys === '' ? undefined : refusalOf(id, keys))
  const begin = (next: string, refused?: Refusal) => {
    setKeys(next)
    setPressed(refused)
  }
  const take = () => {
    if (keys !== '' && refusal === undefined) props.onTake(keys, 'instead')
    else begin('', 'plain')
  }
  const ofField: Record<string, () => void> = {
    Escape: props.onLeave,
    Backspace: () => begin(''),
    Enter: take,
  }
  const press = (event: KeyboardEvent) => {
    const [chord] = chordsOf(event.nativeEvent, isForeign.current)
    if (chord === undefined) begin('', 'unreadable')
    else begin(follows(keys, chord, refusal) ? `${keys} ${chord}` : chord)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Tab' || MODIFIERS.includes(event.key)) return
    event.preventDefault()
    event.stopPropagation()
    isForeign.current = tellsForeign(event) ?? isForeign.current
    const isBare = !event.ctrlKey && !event.metaKey && !event.altKey
    const own = isBare ? ofField[event.key] : undefined
    if (own === undefined) press(event)
    else own()
  }
  return { keys, refusal, onKeyDown }
}

// A second press makes a sequence, also with one that cannot stand alone; a third begins anew. With Ctrl one is enough.
function follows(keys: string, chord: string, refusal: Refusal | undefined): boolean {
  if (refusal !== undefined && refusal !== 'fixed') return false
  return keys !== '' && !keys.includes(' ') && !keys.startsWith('mod+') && !chord.startsWith('mod+')
}
