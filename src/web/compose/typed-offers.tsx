import { type Editor, useEditorState } from '@tiptap/react'
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useListKeys } from '../ui/use-list-keys.ts'
import css from './typed-offers.module.css'
import type { TypedWord } from './typed-word.ts'

/** One thing that is offered for what is typed. */
export type Offer = { id: string; words: string; mark: ReactNode }

/** What is being typed at the caret by the rule of `find`; undefined while the text has not the focus. */
export function useTypedWord(
  editor: Editor,
  find: ((state: Editor['state']) => TypedWord | undefined) | undefined,
): TypedWord | undefined {
  return useEditorState({
    editor,
    selector: ({ editor }) => (editor.isFocused ? find?.(editor.state) : undefined),
    equalityFn: (one, other) => one?.from === other?.from && one?.words === other?.words,
  })
}

/**
 * Offers what fits while a word with a sign before it is typed. Arrows move, Enter and Tab take one, Esc leaves what was typed as
 * it is. The text keeps the focus.
 *
 * @param name of the list, for those who do not see it
 * @param closing a sign that takes one too
 * @param onLeave told when Esc closed the list
 * @returns the list, and what hears of each key before the text does
 */
export function useTypedOffers(
  editor: Editor,
  props: {
    name: string
    typed: TypedWord | undefined
    offers: readonly Offer[]
    closing?: string | undefined
    onTake: (offer: Offer, typed: TypedWord) => void
    onLeave?: (typed: TypedWord) => void
  },
) {
  const { typed } = props
  const [left, setLeft] = useState<number>()
  const found = typed === undefined || typed.from === left ? [] : props.offers
  const take = (place: number) => {
    const offer = found[place]
    if (offer !== undefined && typed !== undefined) props.onTake(offer, typed)
  }
  const leave = () => {
    setLeft(typed?.from)
    if (typed !== undefined) props.onLeave?.(typed)
  }
  const keys = useListKeys(found.length, take, leave)
  const { setAt } = keys
  // biome-ignore lint/correctness/useExhaustiveDependencies: the best one leads whenever the letters change
  useEffect(() => setAt(0), [typed?.words])
  // Where nothing is typed, the place that was left can be typed at anew.
  useEffect(() => {
    if (typed === undefined) setLeft(undefined)
  }, [typed])
  useOffered(editor, found.length > 0 ? { listId: keys.listId, optionId: keys.optionId(keys.at) } : undefined)
  const onKeyDownCapture = (event: KeyboardEvent) => {
    if (found.length === 0) return
    const takes = (event.key === 'Tab' && !event.shiftKey) || event.key === props.closing
    if (takes && !event.nativeEvent.isComposing) {
      event.preventDefault()
      take(keys.at)
    } else keys.onKeyDown(event)
    if (event.isDefaultPrevented()) event.stopPropagation()
  }
  const list = found.length > 0 && typed !== undefined && (
    <OfferList editor={editor} name={props.name} from={typed.from} found={found} keys={keys} onTake={take} />
  )
  return { list, onKeyDownCapture }
}

/** Names the option to those who do not see the list: the text keeps the focus. */
function useOffered(editor: Editor, offered: { listId: string; optionId: string } | undefined): void {
  const listId = offered?.listId
  const optionId = offered?.optionId
  useLayoutEffect(() => {
    if (listId === undefined || optionId === undefined) return
    const { dom } = editor.view
    dom.setAttribute('aria-autocomplete', 'list')
    dom.setAttribute('aria-controls', listId)
    dom.setAttribute('aria-activedescendant', optionId)
    return () => {
      for (const name of ['aria-autocomplete', 'aria-controls', 'aria-activedescendant'])
        dom.removeAttribute(name)
    }
  }, [editor, listId, optionId])
}

function OfferList(props: {
  editor: Editor
  name: string
  from: number
  found: readonly Offer[]
  keys: ReturnType<typeof useListKeys>
  onTake: (place: number) => void
}) {
  const { editor, from, found, keys } = props
  const list = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (list.current !== null) placeAbove(list.current, editor.view.coordsAtPos(from))
  })
  return (
    <div ref={list} role="listbox" id={keys.listId} aria-label={props.name} className={css.list}>
      {found.map((offer, place) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the text keeps the focus (aria-activedescendant)
        // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the text takes it
        <div
          key={offer.id}
          id={keys.optionId(place)}
          role="option"
          aria-selected={place === keys.at}
          className={css.offer}
          onMouseMove={() => keys.setAt(place)}
          onMouseDown={event => event.preventDefault()}
          onClick={() => props.onTake(place)}
        >
          {offer.mark}
          <span className={css.name}>{offer.words}</span>
        </div>
      ))}
    </div>
  )
}

/** Above the line, as the composer is at the foot of the page; below where there is no room. */
function placeAbove(list: HTMLElement, at: { left: number; top: number; bottom: number }): void {
  const { width, height } = list.getBoundingClientRect()
  const top = at.top - height - 4
  list.style.top = `${top >= 8 ? top : at.bottom + 4}px`
  list.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`
}
