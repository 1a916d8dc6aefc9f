import type { Editor } from '@tiptap/react'
import { useEffect, useState } from 'react'
import type { Language } from '../../shared/vocabulary.ts'
import { keep, readKept } from '../kept.ts'
import { useTranslation } from '../texts.tsx'
import { type Emoji, findEmoji } from './find-emoji.ts'
import css from './typed-offers.module.css'
import { useTypedOffers, useTypedWord } from './typed-offers.tsx'
import { findTypedEmoji, isInCode } from './typed-word.ts'

const MAX_SHOWN = 8
const USED_KEY = 'letterdesk.emoji'

// As emoji-names.ts makes them of these files when they are built.
const NAMES: Record<Language, () => Promise<{ default: string }>> = {
  en: () => import('cldr-annotations-full/annotations/en/annotations.json?raw'),
  bg: () => import('cldr-annotations-full/annotations/bg/annotations.json?raw'),
  ru: () => import('cldr-annotations-full/annotations/ru/annotations.json?raw'),
  pl: () => import('cldr-annotations-full/annotations/pl/annotations.json?raw'),
}

/**
 * Offers emoji while a `:` and a word for one are typed, by their names in the language of the page and in English. The
 * names come when they are first asked for; a `:` after the whole of a word takes the best.
 *
 * @returns also `ask`, for a button: puts the `:` at the caret and offers the common ones
 */
export function useEmojiOffers(editor: Editor) {
  const { t, i18n } = useTranslation()
  const [asked, setAsked] = useState<number>()
  const typed = useTypedWord(editor, state => findTypedEmoji(state, asked))
  const known = useEmoji(i18n.language as Language, typed !== undefined)
  const found = typed === undefined ? [] : findEmoji(known, typed.words, readUsed(), MAX_SHOWN)
  const offers = useTypedOffers(editor, {
    name: t('emoji.offers'),
    typed,
    offers: found.map(({ emoji, name }) => ({
      id: emoji,
      words: name,
      mark: <span className={css.emoji}>{emoji}</span>,
    })),
    closing: found[0]?.isExact === true ? ':' : undefined,
    onTake: ({ id }, { from, to }) => {
      setAsked(undefined)
      keep(USED_KEY, [id, ...readUsed().filter(one => one !== id)].slice(0, MAX_SHOWN).join(' '))
      editor.view.dispatch(editor.state.tr.insertText(id, from, to).scrollIntoView())
    },
    // The sign that the button put there goes with the list.
    onLeave: ({ from, to, words }) => {
      setAsked(undefined)
      if (from === asked && words === '') editor.view.dispatch(editor.state.tr.delete(from, to))
    },
  })
  const ask = () => {
    const { state } = editor
    const { from, $from } = state.selection
    if (isInCode(state)) return
    const before = $from.parent.textBetween(0, $from.parentOffset, undefined, ' ')
    const sign = /(?:^|\s)$/.test(before) ? ':' : ' :'
    setAsked(from + sign.length - 1)
    editor.view.dispatch(state.tr.replaceSelectionWith(state.schema.text(sign)).scrollIntoView())
    editor.view.focus()
  }
  return { ...offers, ask }
}

/** The emoji with their names in a language, once some are wanted; none while they are on their way. */
function useEmoji(language: Language, isWanted: boolean): readonly Emoji[] {
  const [known, setKnown] = useState<{ language: Language; emoji: readonly Emoji[] }>()
  const isMissing = isWanted && known?.language !== language
  useEffect(() => {
    if (!isMissing) return
    let isDropped = false
    const learn = async () => {
      try {
        const { default: lines } = await NAMES[language]()
        if (!isDropped) setKnown({ language, emoji: lines.split('\n\n').map(readEmoji) })
      } catch (error) {
        // Without a network nothing is offered; what is typed stays a text like any other.
        console.warn('the names of emoji did not come', error)
      }
    }
    void learn()
    return () => {
      isDropped = true
    }
  }, [isMissing, language])
  return known?.language === language ? known.emoji : []
}

function readEmoji(line: string): Emoji {
  const [head = '', ...folded] = line.split('\n')
  const blank = head.indexOf(' ')
  const [emoji, name] = [head.slice(0, blank), head.slice(blank + 1)]
  return { emoji, name, folded: `\n ${folded.join('\n ')}\n` }
}

function readUsed(): string[] {
  return (readKept(USED_KEY) ?? '').split(' ').filter(one => one !== '')
}
