import type { Editor } from '@tiptap/core'
import { EditorContent, useEditor } from '@tiptap/react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { getUpload } from '../../shared/words.ts'
import { useApi } from '../api.tsx'
import { apiUrl } from '../call.ts'
import { chordsOf } from '../keys/match-key.ts'
import { editorExtensions, TYPED_MARKS } from './editor-extensions.ts'
import { type EditorWishes, editorHandlers, placeFiles } from './editor-handlers.ts'
import { EditorTools } from './editor-tools.tsx'
import { contentOf, insertText, selectText, type Words, wordsIn } from './editor-words.ts'
import { useEmojiOffers } from './emoji-offers.tsx'
import { focusComposer, lendEditorHands } from './focus-composer.ts'
import { type Mentionable, useMentionOffers } from './mention-offers.tsx'
import css from './rich-editor.module.css'
import { isReplyWished } from './wished-reply.ts'

lendEditorHands({ insertText, selectText })

/** What the editor of a reply or note shows and tells. */
export type RichEditorProps = EditorWishes & {
  words: Words
  isReadOnly: boolean
  /** How often the text was asked to take the focus. */
  focusWishes: number
  /** Whom an `@` offers; undefined where it is a sign like any other. */
  people: readonly Mentionable[] | undefined
  onWords: (words: Words) => void
  /** Told once the text can be written into from elsewhere. */
  onReady?: (() => void) | undefined
}

/** The text of a reply or note with its looks, and the line of tools under it. */
export default function RichEditor(props: RichEditorProps) {
  const latest = useRef(props)
  latest.current = props
  const told = useRef(props.words)
  const editor = useComposerEditor(latest, told)
  const [isLinking, setIsLinking] = useState(false)
  const { words, onPictures, onFiles } = props
  const mentions = useMentionOffers(editor, props.people)
  const emoji = useEmojiOffers(editor)
  // Words that came from elsewhere: a draft of another device, a reply that was taken back.
  useEffect(() => {
    if (told.current.text === words.text && told.current.html === words.html) return
    told.current = words
    editor.commands.setContent(contentOf(words), { emitUpdate: false })
  }, [editor, words])
  useEffect(() => {
    editor.setEditable(!props.isReadOnly, false)
  }, [editor, props.isReadOnly])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text shows its name and language anew
  useEffect(() => {
    editor.view.updateState(editor.state)
  }, [editor, props.name, props.language])
  useEffect(() => {
    if (props.focusWishes === 0) return
    if (isReplyWished()) editor.commands.setTextSelection(editor.state.doc.content.size)
    else focusComposer()
  }, [editor, props.focusWishes])
  useEffect(() => latest.current.onReady?.(), [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isLinkChord(event) || editor.state.selection.empty) return
    event.preventDefault()
    event.stopPropagation()
    setIsLinking(true)
  }
  return (
    <>
      <EditorContent
        editor={editor}
        className={css.text}
        onKeyDown={onKeyDown}
        onKeyDownCapture={event => {
          mentions.onKeyDownCapture(event)
          emoji.onKeyDownCapture(event)
        }}
      />
      {mentions.list}
      {emoji.list}
      <EditorTools
        editor={editor}
        isLinking={isLinking}
        onLinking={setIsLinking}
        onEmoji={emoji.ask}
        onPictures={onPictures && (files => placeFiles(editor.view, { onPictures, onFiles }, files))}
      />
    </>
  )
}

function useComposerEditor(latest: { readonly current: RichEditorProps }, told: { current: Words }): Editor {
  const { appBase } = useApi()
  const [options] = useState(() => ({
    extensions: editorExtensions({
      placeholder: () => latest.current.name,
      pictureUrl: id => apiUrl(appBase, getUpload.path, { params: { id } }),
    }),
    content: contentOf(latest.current.words),
    injectCSS: false,
    enableInputRules: TYPED_MARKS,
    enablePasteRules: false,
    parseOptions: { preserveWhitespace: 'full' as const },
    editable: !latest.current.isReadOnly,
    editorProps: editorHandlers(() => latest.current),
    onUpdate: ({ editor }: { editor: Editor }) => {
      told.current = wordsIn(editor)
      latest.current.onWords(told.current)
    },
  }))
  return useEditor(options)
}

function isLinkChord({ nativeEvent }: KeyboardEvent): boolean {
  return chordsOf(nativeEvent, false).includes('mod+k')
}
