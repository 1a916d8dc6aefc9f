import { Node } from '@tiptap/core'

/**
 * A picture in the text: an upload of this agent, shown from the server. It is written as `data-upload`, since a `src`
 * would be fetched whenever the words are written.
 */
export const PictureNode = Node.create<{ urlOf: (uploadId: string) => string }>({
  name: 'picture',
  group: 'inline',
  inline: true,
  atom: true,
  draggable: true,
  addOptions: () => ({ urlOf: () => '' }),
  addAttributes: () => ({
    uploadId: {
      default: '',
      parseHTML: element => element.getAttribute('data-upload'),
      renderHTML: ({ uploadId }) => ({ 'data-upload': uploadId }),
    },
    alt: { default: '' },
    width: { default: null },
  }),
  parseHTML: () => [{ tag: 'img[data-upload]' }],
  renderHTML: ({ HTMLAttributes }) => ['img', HTMLAttributes],
  renderText: ({ node }) => `[${node.attrs.alt}]`,
  addNodeView() {
    return ({ node }) => {
      const dom = document.createElement('img')
      dom.src = this.options.urlOf(node.attrs.uploadId)
      dom.alt = node.attrs.alt
      if (node.attrs.width !== null) dom.width = Number(node.attrs.width)
      return { dom }
    }
  },
})
