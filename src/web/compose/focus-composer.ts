import type { Editor } from '@tiptap/core'

// A second: longer than the editor takes to come when it is on this machine already.
const MAX_FRAMES = 60

/** What is done with the words of an editor from outside of its module, which comes with the first composer. */
type EditorHands = {
  /** Puts text in place of what is selected; returns where in the text it begins. */
  insertText: (editor: Editor, text: string) => number
  /** Selects a stretch of the text and takes the focus. */
  selectText: (editor: Editor, start: number, length: number) => void
}

let hands: EditorHands | undefined

/** Called by the editor's module, so that who acts on its words need not wait: a letter typed meanwhile goes astray. */
export function lendEditorHands(lent: EditorHands): void {
  hands = lent
}

/** The open editor and the hands for its words; undefined while there is none. */
export function takeEditor(): { editor: Editor; hands: EditorHands } | undefined {
  const editor = findEditor()
  return editor === undefined || hands === undefined ? undefined : { editor, hands }
}

/** The editor of the composer that is open; undefined while it is idle or on its way. */
function findEditor(): Editor | undefined {
  const composer = document.getElementById('composer')
  return composer !== null && 'editor' in composer ? (composer.editor as Editor) : undefined
}

/** Moves the focus into the composer's text, behind the last word; into its first button while it is idle. */
export function focusComposer(framesLeft = MAX_FRAMES): void {
  const editor = findEditor()
  const composer = document.getElementById('composer')
  if (editor !== undefined) {
    editor.commands.setTextSelection(editor.state.doc.content.size)
    editor.view.focus()
  } else if (composer !== null) composer.focus()
  else if (framesLeft > 0) window.requestAnimationFrame(() => focusComposer(framesLeft - 1))
}
