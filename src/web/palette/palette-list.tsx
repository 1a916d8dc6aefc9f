import { useNavigate } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { Fragment, type KeyboardEvent, useDeferredValue, useMemo, useState } from 'react'
import { COMMANDS, type CommandId } from '../keys/command-list.ts'
import { KeyNames } from '../keys/key-names.tsx'
import { useTranslation } from '../texts.tsx'
import { ListField } from '../ui/list-field.tsx'
import { useListKeys } from '../ui/use-list-keys.ts'
import { type Entry, findEntries, isOfStep, makeEntry, type Step } from './find-entries.ts'
import css from './palette.module.css'
import { useTarget } from './target.ts'
import { useCustomerEntries } from './use-customer-entries.ts'
import { useEntries } from './use-entries.ts'
import { countUse, readUses } from './uses.ts'

const MAX_SHOWN = 60
const IN_SIGHT = 14
const NOTHING: readonly Entry[] = []
const NO_USES: ReadonlyMap<string, number> = new Map()

/** The field of the palette and what it finds; arrows move, Enter takes. */
export function PaletteList(props: { begun: string; onChoose: (entry: Entry) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(props.begun)
  const [stage, setStage] = useState<Stage>()
  const all = useEntries()
  const found = useFound(all, stage, typed)
  // What is below the edge comes when what is above it is on the screen.
  const isAllDrawn = useDeferredValue(found, NOTHING) === found
  const choose = (place: number) => {
    const entry = found[place]
    if (entry === undefined) return
    const { step } = entry
    if (step === undefined || !all.some(one => isOfStep(one, step))) props.onChoose(entry)
    else enter({ entry, step, typedBefore: typed, placeBefore: place })
  }
  const keys = useListKeys(found.length, choose)
  const enter = (next: Stage) => {
    countUse(next.entry.id)
    setStage(next)
    setTyped('')
    keys.setAt(0)
  }
  const goBack = () => {
    setStage(undefined)
    setTyped(stage?.typedBefore ?? '')
    keys.setAt(stage?.placeBefore ?? 0)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Backspace' || typed !== '' || stage === undefined) return keys.onKeyDown(event)
    event.preventDefault()
    goBack()
  }
  return (
    <>
      {stage !== undefined && <Crumbs stage={stage} onBack={goBack} />}
      <ListField
        key={stage?.step} // takes the focus again where it was a click that led on
        className={css.input}
        name={t(stage === undefined ? 'palette.search' : 'palette.choose')}
        typed={typed}
        onType={setTyped}
        keys={{ ...keys, onKeyDown }}
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

/** What fits the typed words: of all there is, or of the choices of a stage. */
function useFound(all: readonly Entry[], stage: Stage | undefined, typed: string): readonly Entry[] {
  const entries = useMemo(() => (stage === undefined ? all : choicesOf(all, stage)), [all, stage])
  const numbered = useNumbered(stage === undefined ? typed : '')
  const [uses] = useState(readUses)
  const known = useMemo(
    () => [...numbered, ...findEntries(entries, typed, uses, MAX_SHOWN)],
    [numbered, entries, typed, uses],
  )
  // Behind what was found here: what comes later must not move the option that Enter is about to take.
  const customers = useCustomerEntries(stage === undefined ? typed : '')
  return useMemo(
    () => [...known, ...findEntries(customers, typed, NO_USES, MAX_SHOWN)],
    [known, customers, typed],
  )
}

/** A choice that is made in the palette after another: what led to it, and how the palette was then. */
type Stage = { entry: Entry; step: Step; typedBefore: string; placeBefore: number }

// The command stands behind its choices: its own list can more, as making a new tag.
function choicesOf(entries: readonly Entry[], { entry, step }: Stage): readonly Entry[] {
  return [...entries.filter(one => isOfStep(one, step)), { ...entry, step: undefined }]
}

/** Where the palette is: what the choice is about and what is done with it; the first leads back. */
function Crumbs(props: { stage: Stage; onBack: () => void }) {
  const { t } = useTranslation()
  const { row, selected } = useTarget()
  const about = selected === undefined && row !== undefined ? `#${row.number}` : undefined
  return (
    <div className={css.crumbs} role="status">
      <button type="button" className={css.crumb} title={t('palette.backHint')} onClick={props.onBack}>
        {t('palette.all')}
      </button>
      {[about, props.stage.entry.words].map(
        words =>
          words !== undefined && (
            <Fragment key={words}>
              <ChevronRight size={14} strokeWidth={1.75} aria-hidden className={css.then} />
              <span className={css.here}>{words}</span>
            </Fragment>
          ),
      )}
    </div>
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
