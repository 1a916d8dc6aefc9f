import { Search } from 'lucide-react'
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { useTranslation } from '../texts.tsx'
import { useSteady } from '../ui/use-steady.ts'
import css from './search.module.css'
import { type KnownValues, type Suggestion, suggest } from './suggest.ts'
import { SEARCH_FIELD } from './use-search-command.ts'

/** How long after the last key the search is asked, in ms: an answer is there 200 ms after it. */
const PAUSE_MS = 120

/**
 * The field of a search: asks as one types, and offers facets and their values, which the arrows walk and Tab or
 * Enter take. Enter goes to the first hit, Esc leaves the field.
 */
export function SearchField(props: {
  q: string
  known: KnownValues
  onAsk: (q: string) => void
  onEnter: () => void
}) {
  const { t } = useTranslation()
  const [text, setText] = useState(props.q)
  const [caret, setCaret] = useState(props.q.length)
  const [isOffered, setIsOffered] = useState(false)
  const [chosen, setChosen] = useState(-1)
  const field = useRef<HTMLInputElement>(null)
  const listId = useId()
  useAskInPauses(text, props.q, props.onAsk)
  useSearchFromElsewhere(field, props.q, setText)
  const offers = isOffered ? suggest(text, caret, props.known) : []
  const setTaken = useCaretOf(field)
  const take = (offer: Suggestion) => {
    setText(offer.text)
    setCaret(offer.caret)
    setTaken(offer)
    setChosen(-1)
  }
  const walkOffers = (key: string) => {
    const next = nextOffer(key, chosen, offers.length)
    const offer = offers[chosen]
    if (next !== undefined) setChosen(next)
    else if (key === 'Escape') setIsOffered(false)
    else if ((key === 'Tab' || key === 'Enter') && offer !== undefined) take(offer)
    else return false
    return true
  }
  const leaveField = (key: string) => {
    if (key === 'Escape') field.current?.blur()
    else if (key === 'Enter' || key === 'ArrowDown') {
      props.onAsk(text)
      setIsOffered(false)
      props.onEnter()
    } else return false
    return true
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return
    if (!((offers.length > 0 && walkOffers(event.key)) || leaveField(event.key))) return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <search className={css.search}>
      <Search size={16} strokeWidth={1.75} aria-hidden />
      <input
        ref={field}
        id={SEARCH_FIELD}
        className={css.field}
        type="search"
        role="combobox"
        aria-label={t('search.field')}
        aria-expanded={offers.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={chosen >= 0 && offers.length > 0 ? `${listId}-${chosen}` : undefined}
        placeholder={t('search.placeholder')}
        autoComplete="off"
        spellCheck={false}
        maxLength={500}
        value={text}
        onChange={event => {
          setText(event.target.value)
          setCaret(event.target.selectionStart ?? event.target.value.length)
          setIsOffered(true)
          setChosen(-1)
        }}
        onBlur={() => setIsOffered(false)}
        onKeyDown={onKeyDown}
      />
      <Offers id={listId} offers={offers} chosen={chosen} onTake={take} />
    </search>
  )
}

/** Moves the caret of the field to where an offer that was taken wants it. */
function useCaretOf(field: RefObject<HTMLInputElement | null>): (taken: Suggestion) => void {
  const [taken, setTaken] = useState<Suggestion>()
  // Before the next key: a caret that is moved later would part what is typed meanwhile.
  useLayoutEffect(() => {
    if (taken !== undefined) field.current?.setSelectionRange(taken.caret, taken.caret)
  }, [taken, field])
  return setTaken
}

function useSearchFromElsewhere(
  field: RefObject<HTMLInputElement | null>,
  q: string,
  setText: (text: string) => void,
): void {
  const asked = useRef(q)
  // Another search came by a link or by Back; what was typed here is not overtaken by its own echo.
  useEffect(() => {
    if (q !== asked.current && document.activeElement !== field.current) setText(q)
    asked.current = q
  }, [q, field, setText])
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, where there is nothing to look at yet
  useEffect(() => {
    if (q === '') field.current?.focus()
  }, [])
}

function nextOffer(key: string, chosen: number, count: number): number | undefined {
  if (key === 'ArrowDown') return (chosen + 1) % count
  if (key === 'ArrowUp') return chosen <= 0 ? count - 1 : chosen - 1
  return undefined
}

function Offers(props: {
  id: string
  offers: readonly Suggestion[]
  chosen: number
  onTake: (offer: Suggestion) => void
}) {
  const { t } = useTranslation()
  if (props.offers.length === 0) return <div id={props.id} hidden />
  return (
    <div id={props.id} role="listbox" aria-label={t('search.suggestions')} className={css.offers}>
      {props.offers.map((offer, at) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the chosen one
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
        <div
          key={offer.label}
          id={`${props.id}-${at}`}
          role="option"
          aria-selected={at === props.chosen}
          className={css.offer}
          onMouseDown={event => event.preventDefault()}
          onClick={() => props.onTake(offer)}
        >
          <span>{offer.label}</span>
          <span className={css.meaning}>{t(`search.facet.${offer.facet}`)}</span>
        </div>
      ))}
    </div>
  )
}

function useAskInPauses(text: string, q: string, onAsk: (q: string) => void): void {
  const ask = useSteady(onAsk)
  useEffect(() => {
    if (text === q) return
    const timer = window.setTimeout(() => ask(text), PAUSE_MS)
    return () => window.clearTimeout(timer)
  }, [text, q, ask])
}
