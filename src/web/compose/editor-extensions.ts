import type { AnyExtension } from '@tiptap/core'
import { Blockquote } from '@tiptap/extension-blockquote'
import { Bold } from '@tiptap/extension-bold'
import { Code } from '@tiptap/extension-code'
import { CodeBlock } from '@tiptap/extension-code-block'
import { Document } from '@tiptap/extension-document'
import { HardBreak } from '@tiptap/extension-hard-break'
import { Italic } from '@tiptap/extension-italic'
import { Link } from '@tiptap/extension-link'
import { BulletList, ListItem, ListKeymap, OrderedList } from '@tiptap/extension-list'
import { Paragraph } from '@tiptap/extension-paragraph'
import { Text } from '@tiptap/extension-text'
import { Underline } from '@tiptap/extension-underline'
import { Dropcursor, Placeholder, UndoRedo } from '@tiptap/extensions'
import { MentionNode } from './mention-node.ts'
import { PictureNode } from './picture-node.ts'

// No chord with Alt, which types Polish letters on Windows, nor one that the desk has.
// The looks have the keys that their agent chose (editor-tools.tsx).
const NO_KEYS = { addKeyboardShortcuts: () => ({}) }
const Line = Paragraph.extend(NO_KEYS)
const Break = HardBreak.extend({
  addKeyboardShortcuts() {
    return { 'Shift-Enter': () => this.editor.commands.setHardBreak() }
  },
})
const CodeLines = CodeBlock.extend({
  addKeyboardShortcuts() {
    const { 'Mod-Alt-c': _typesALetter, ...others } = this.parent?.() ?? {}
    return others
  },
})

// Only where it is an element of its own: a pasted link is underlined by its style.
const UnderlinedWords = Underline.extend({ ...NO_KEYS, parseHTML: () => [{ tag: 'u' }] })

/** What stands in a reply or note: the server keeps the same and no more (mail/rich-words.ts). */
export function editorExtensions(words: {
  placeholder: () => string
  pictureUrl: (uploadId: string) => string
}): AnyExtension[] {
  return [
    Document,
    Line,
    Text,
    Break,
    Bold.extend(NO_KEYS),
    Italic.extend(NO_KEYS),
    UnderlinedWords,
    Code.extend(NO_KEYS),
    Link.configure({
      autolink: false,
      openOnClick: false,
      defaultProtocol: 'https',
      protocols: ['http', 'https', 'mailto'],
      HTMLAttributes: { rel: null, target: null, class: null },
    }),
    BulletList.extend(NO_KEYS),
    OrderedList.extend(NO_KEYS),
    ListItem,
    ListKeymap,
    Blockquote.extend(NO_KEYS),
    CodeLines,
    MentionNode,
    PictureNode.configure({ urlOf: words.pictureUrl }),
    UndoRedo,
    Dropcursor.configure({ class: 'drop-place', color: false }),
    Placeholder.configure({ placeholder: words.placeholder, showOnlyWhenEditable: false }),
  ]
}

/** What typed marks turn into by themselves: lists alone, as people type `- ` for one. */
export const TYPED_MARKS: AnyExtension[] = [BulletList, OrderedList]
