import { TextSelection } from '@tiptap/pm/state'
import { type Editor, useEditorState } from '@tiptap/react'
import { Users } from 'lucide-react'
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { findEntries, makeEntry } from '../palette/find-entries.ts'
import { useTranslation } from '../texts.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { useListKeys } from '../ui/use-list-keys.ts'
import css from './mention-offers.module.css'
import { findTypedMention, type TypedMention } from './mention-typed.ts'

/** An agent or a team that can be mentioned; `id` as `data-mention` says it. */
export type Mentionable = { id: string; name: string; of: 'agent' | 'team' }

const MAX_SHOWN = 8
const NO_USES: ReadonlyMap<string, number> = new Map()

/**
 * Offers people and teams while an `@` is typed: by what begins their names in any alphabet. Arrows move, Enter and Tab take one, Esc
 * leaves what was typed as it is. The text keeps the focus.
 *
 * @returns the list, and what hears of each key before the text does
 */
export function useMentionOffers(editor: Editor, people: readonly Mentionable[] | undefined) {
  const [left, setLeft] = useState<number>()
  const typed = useEditorState({
    editor,
    selector: ({ editor }) =>
      people !== undefined && editor.isFocused ? findTypedMention(editor.state) : undefined,
    equalityFn: (one, other) => one?.from === other?.from && one?.words === other?.words,
  })
  const entries = useMemo(() => (people ?? []).map(entryOf), [people])
  const found =
    typed === undefined || typed.from === left ? [] : findEntries(entries, typed.words, NO_USES, MAX_SHOWN)
  const take = (place: number) => {
    const entry = found[place]
    if (entry === undefined || typed === undefined) return
    putMention(editor, typed, { id: entry.id, name: entry.words })
  }
  const keys = useListKeys(found.length, take, () => setLeft(typed?.from))
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
    if (event.key === 'Tab' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      take(keys.at)
    } else keys.onKeyDown(event)
    if (event.isDefaultPrevented()) event.stopPropagation()
  }
  const list = found.length > 0 && typed !== undefined && (
    <OfferList editor={editor} from={typed.from} found={found} keys={keys} onTake={take} />
  )
  return { list, onKeyDownCapture }
}

function entryOf({ id, name, of }: Mentionable) {
  return makeEntry({ id, kind: of, words: name, run: () => undefined })
}

/** In one step, so that the next key already finds the caret behind it. */
function putMention(
  editor: Editor,
  { from, to }: TypedMention,
  { id, name }: Pick<Mentionable, 'id' | 'name'>,
): void {
  const { state, view } = editor
  const mention = state.schema.nodes.mention?.create({ who: id, name })
  if (mention === undefined) return
  const space = state.schema.text(' ')
  const isSpaceThere = state.doc.textBetween(to, Math.min(to + 1, state.doc.content.size)) === ' '
  const tr = state.tr.replaceWith(from, to, isSpaceThere ? mention : [mention, space])
  const caret = from + mention.nodeSize + space.nodeSize
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, caret)).scrollIntoView())
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
  from: number
  found: ReturnType<typeof findEntries>
  keys: ReturnType<typeof useListKeys>
  onTake: (place: number) => void
}) {
  const { t } = useTranslation()
  const { editor, from, found, keys } = props
  const list = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (list.current !== null) placeAbove(list.current, editor.view.coordsAtPos(from))
  })
  return (
    <div ref={list} role="listbox" id={keys.listId} aria-label={t('mention.offers')} className={css.list}>
      {found.map((entry, place) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the text keeps the focus (aria-activedescendant)
        // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the text takes it
        <div
          key={entry.id}
          id={keys.optionId(place)}
          role="option"
          aria-selected={place === keys.at}
          className={css.offer}
          onMouseMove={() => keys.setAt(place)}
          onMouseDown={event => event.preventDefault()}
          onClick={() => props.onTake(place)}
        >
          {entry.kind === 'team' ? (
            <Users size={20} strokeWidth={1.5} aria-hidden />
          ) : (
            <Avatar name={entry.words} isSmall />
          )}
          <span className={css.name}>{entry.words}</span>
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
