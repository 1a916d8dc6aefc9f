import { TextSelection } from '@tiptap/pm/state'
import type { Editor } from '@tiptap/react'
import { Users } from 'lucide-react'
import { useMemo } from 'react'
import { findEntries, makeEntry } from '../palette/find-entries.ts'
import { useTranslation } from '../texts.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { type Offer, useTypedOffers, useTypedWord } from './typed-offers.tsx'
import { findTypedMention, type TypedWord } from './typed-word.ts'

/** An agent or a team that can be mentioned; `id` as `data-mention` says it. */
export type Mentionable = { id: string; name: string; of: 'agent' | 'team' }

const MAX_SHOWN = 8
const NO_USES: ReadonlyMap<string, number> = new Map()

/** Offers people and teams while an `@` is typed: by what begins their names in any alphabet. */
export function useMentionOffers(editor: Editor, people: readonly Mentionable[] | undefined) {
  const { t } = useTranslation()
  const typed = useTypedWord(editor, people && findTypedMention)
  const entries = useMemo(() => (people ?? []).map(entryOf), [people])
  const found = typed === undefined ? [] : findEntries(entries, typed.words, NO_USES, MAX_SHOWN)
  return useTypedOffers(editor, {
    name: t('mention.offers'),
    typed,
    offers: found.map(({ id, kind, words }) => ({
      id,
      words,
      mark:
        kind === 'team' ? <Users size={20} strokeWidth={1.5} aria-hidden /> : <Avatar name={words} isSmall />,
    })),
    onTake: (offer, at) => putMention(editor, at, offer),
  })
}

function entryOf({ id, name, of }: Mentionable) {
  return makeEntry({ id, kind: of, words: name, run: () => undefined })
}

/** In one step, so that the next key already finds the caret behind it. */
function putMention(editor: Editor, { from, to }: TypedWord, { id, words }: Offer): void {
  const { state, view } = editor
  const mention = state.schema.nodes.mention?.create({ who: id, name: words })
  if (mention === undefined) return
  const space = state.schema.text(' ')
  const isSpaceThere = state.doc.textBetween(to, Math.min(to + 1, state.doc.content.size)) === ' '
  const tr = state.tr.replaceWith(from, to, isSpaceThere ? mention : [mention, space])
  const caret = from + mention.nodeSize + space.nodeSize
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, caret)).scrollIntoView())
}
