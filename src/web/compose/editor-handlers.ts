import { Fragment, Slice } from '@tiptap/pm/model'
import { TextSelection } from '@tiptap/pm/state'
import type { EditorProps, EditorView } from '@tiptap/pm/view'
import { flushSync } from 'react-dom'
import { TYPED_TEXT_EVENT } from '../keys/hold-typing.ts'
import { cleanPaste } from './clean-paste.ts'
import { copiedText, isAtLineStart, linesOf } from './editor-words.ts'
import { isPlaceable, type PlacedPicture } from './place-pictures.ts'

/** What the editor asks of the composer around it. */
export type EditorWishes = {
  name: string
  language: string | undefined
  /** `/` where a line begins; undefined where it is a sign like any other. */
  onSlash: (() => void) | undefined
  /** Uploads pictures that were pasted, dropped or chosen for the text; undefined where none may stand. */
  onPictures: ((files: readonly File[]) => Promise<PlacedPicture[]>) | undefined
  onFiles: (files: readonly File[]) => void
}

/** How the text takes keys, what is pasted and what is dropped; by what the composer wishes at that moment. */
export function editorHandlers(wishes: () => EditorWishes): EditorProps {
  return {
    attributes: () => attributesOf(wishes()),
    transformPastedHTML: cleanPaste,
    clipboardTextParser: (text, _context, _isPlain, view) => linesOf(view.state.schema, text),
    clipboardTextSerializer: copiedText,
    handleKeyDown: (view, event) => {
      const { onSlash } = wishes()
      if (onSlash === undefined || !isBareSlash(event) || !isAtLineStart(view.state)) return false
      // At once, before the next key is pressed: it is meant for the search.
      flushSync(onSlash)
      return true
    },
    handlePaste: (view, { clipboardData }) => takeFiles(view, wishes(), clipboardData),
    handleDrop: (view, event, _slice, isMoved) => {
      const place = view.posAtCoords({ left: event.clientX, top: event.clientY })
      if (isMoved || place === null || event.dataTransfer?.files.length === 0) return false
      view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(place.pos))))
      return takeFiles(view, wishes(), event.dataTransfer)
    },
    handleDOMEvents: {
      keydown: (_view, event) => isForTheDesk(event),
      beforeinput: (_view, event) => refuseLook(event),
      [TYPED_TEXT_EVENT]: (view, event) => {
        if (event instanceof CustomEvent) typeText(view, String(event.detail))
        return true
      },
    },
  }
}

/** Takes files into the draft: pictures go into the text, other files beside it. */
export function placeFiles(
  view: EditorView,
  { onPictures, onFiles }: Pick<EditorWishes, 'onPictures' | 'onFiles'>,
  files: readonly File[],
): void {
  const others = files.filter(file => onPictures === undefined || !isPlaceable(file))
  const pictures = files.filter(file => !others.includes(file))
  if (others.length > 0) onFiles(others)
  if (onPictures !== undefined && pictures.length > 0) void placePictures(view, onPictures, pictures)
}

/** Uploads pictures and puts them where the caret is by then. */
async function placePictures(
  view: EditorView,
  upload: (files: readonly File[]) => Promise<PlacedPicture[]>,
  files: readonly File[],
): Promise<void> {
  const placed = await upload(files)
  if (view.isDestroyed || placed.length === 0) return
  const { state } = view
  const nodes = placed.flatMap(attributes => state.schema.nodes.picture?.create(attributes) ?? [])
  view.dispatch(state.tr.replaceSelection(new Slice(Fragment.from(nodes), 0, 0)).scrollIntoView())
}

function attributesOf({ name, language }: EditorWishes): Record<string, string> {
  return {
    id: 'composer',
    role: 'textbox',
    'aria-multiline': 'true',
    'aria-label': name,
    dir: 'auto',
    spellcheck: 'true',
    ...(language === undefined ? {} : { lang: language }),
  }
}

// Leaving, sending, bold and italic: the editor would keep every Enter and Esc to itself, and Ctrl+B and Ctrl+I.
function isForTheDesk(event: KeyboardEvent): boolean {
  if (event.isComposing) return false
  const isLook = /^[bi]$/i.test(event.key) || ['KeyB', 'KeyI'].includes(event.code)
  return event.key === 'Escape' || ((event.key === 'Enter' || isLook) && (event.ctrlKey || event.metaKey))
}

// Looks come by the keys that the agent chose; the browser has some of its own.
function refuseLook(event: InputEvent): boolean {
  if (!event.inputType.startsWith('format')) return false
  event.preventDefault()
  return true
}

function isBareSlash(event: KeyboardEvent): boolean {
  return event.key === '/' && !event.isComposing && !event.ctrlKey && !event.metaKey
}

/** Word and browsers put a picture of copied text beside it: that is no file to be taken. */
function takeFiles(view: EditorView, wishes: EditorWishes, data: DataTransfer | null): boolean {
  const files = [...(data?.files ?? [])]
  if (data === null || files.length === 0 || wishes.onPictures === undefined) return false
  const copied = new DOMParser().parseFromString(data.getData('text/html'), 'text/html')
  if ((copied.body.textContent ?? '').trim() !== '') return false
  placeFiles(view, wishes, files)
  return true
}

function typeText(view: EditorView, text: string): void {
  view.dispatch(view.state.tr.replaceSelection(linesOf(view.state.schema, text)).scrollIntoView())
}
