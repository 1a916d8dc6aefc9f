import { useNavigate } from '@tanstack/react-router'
import { useDeferredValue, useMemo, useState } from 'react'
import { COMMANDS, type CommandId } from '../keys/command-list.ts'
import { KeyNames } from '../keys/key-names.tsx'
import { useTranslation } from '../texts.tsx'
import { ListField } from '../ui/list-field.tsx'
import { useListKeys } from '../ui/use-list-keys.ts'
import { type Entry, findEntries, makeEntry } from './find-entries.ts'
import css from './palette.module.css'
import { useCustomerEntries } from './use-customer-entries.ts'
import { useEntries } from './use-entries.ts'
import { readUses } from './uses.ts'

const MAX_SHOWN = 60
const IN_SIGHT = 14
const NOTHING: readonly Entry[] = []
const NO_USES: ReadonlyMap<string, number> = new Map()

/** The field of the palette and what it finds; arrows move, Enter takes. */
export function PaletteList(props: { begun: string; onChoose: (entry: Entry) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(props.begun)
  const entries = useEntries()
  const numbered = useNumbered(typed)
  const [uses] = useState(readUses)
  const known = useMemo(
    () => [...numbered, ...findEntries(entries, typed, uses, MAX_SHOWN)],
    [numbered, entries, typed, uses],
  )
  // Behind what was found here: what comes later must not move the option that Enter is about to take.
  const customers = useCustomerEntries(typed)
  const found = useMemo(
    () => [...known, ...findEntries(customers, typed, NO_USES, MAX_SHOWN)],
    [known, customers, typed],
  )
  // What is below the edge comes when what is above it is on the screen.
  const isAllDrawn = useDeferredValue(found, NOTHING) === found
  const choose = (place: number) => {
    const entry = found[place]
    if (entry !== undefined) props.onChoose(entry)
  }
  const keys = useListKeys(found.length, choose)
  return (
    <>
      <ListField
        className={css.input}
        name={t('palette.search')}
        typed={typed}
        onType={setTyped}
        keys={keys}
        hasOptions={found.length > 0}
      />
      <div role="listbox" id={keys.listId} aria-label={t('command.palette')} className={css.list}>
        {(isAllDrawn ? found : found.slice(0, IN_SIGHT)).map((entry, place) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus (aria-activedescendant)
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field chooses
          <div
            key={entry.id}
            id={keys.optionId(place)}
            role="option"
            aria-selected={place === keys.at}
            className={css.entry}
            onMouseMove={() => keys.setAt(place)}
            onClick={() => choose(place)}
          >
            <span className={css.words}>{entry.words}</span>
            <EntryKeys entry={entry} />
            <span className={css.kind}>{t(`palette.kind.${entry.kind}`)}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p className={css.none} role="status">
          {t('palette.none')}
        </p>
      )}
    </>
  )
}

function EntryKeys(props: { entry: Entry }) {
  const id = props.entry.id.replace(/^command\./, '')
  return props.entry.kind === 'action' && id in COMMANDS ? <KeyNames id={id as CommandId} /> : null
}

/** A number that was typed is a ticket to open, with `#` or without. */
function useNumbered(typed: string): Entry[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return useMemo(() => {
    const number = Number(/^\s*#?(\d{1,9})\s*$/.exec(typed)?.[1] ?? 0)
    if (number === 0) return []
    const run = () => void navigate({ to: '/queue/$queue/$number', params: { queue: 'all', number } })
    const words = t('palette.open', { number })
    return [makeEntry({ id: `open.${number}`, kind: 'ticket', words, run })]
  }, [t, navigate, typed])
}
