import { Node } from '@tiptap/core'

/** An agent or a team named in a note, one whole: written as `data-mention`, by which the server knows whom the note calls. */
export const MentionNode = Node.create({
  name: 'mention',
  group: 'inline',
  inline: true,
  atom: true,
  selectable: false,
  addAttributes: () => ({
    who: {
      default: '',
      parseHTML: element => element.getAttribute('data-mention'),
      renderHTML: ({ who }) => ({ 'data-mention': who }),
    },
    name: {
      default: '',
      parseHTML: element => (element.textContent ?? '').trim().replace(/^@/, ''),
      renderHTML: () => ({}),
    },
  }),
  parseHTML: () => [{ tag: 'span[data-mention]' }],
  renderHTML: ({ node, HTMLAttributes }) => ['span', HTMLAttributes, `@${node.attrs.name}`],
  renderText: ({ node }) => `@${node.attrs.name}`,
})
