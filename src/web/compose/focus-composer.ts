import type { Editor } from '@tiptap/core'

// A second: longer than the editor takes to come when it is on this machine already.
const MAX_FRAMES = 60

/** The editor of the composer that is open; undefined while it is idle or on its way. */
export function findEditor(): Editor | undefined {
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
