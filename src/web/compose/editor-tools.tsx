import { Button } from '@mantine/core'
import { type Editor, useEditorState } from '@tiptap/react'
import {
  Bold,
  CodeXml,
  ImagePlus,
  Italic,
  Link,
  List,
  ListOrdered,
  type LucideIcon,
  Smile,
  TextQuote,
  Underline,
} from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { linkTarget } from '../../shared/link-target.ts'
import type { CommandId } from '../keys/command-list.ts'
import { useCommand } from '../keys/commands.tsx'
import { useTranslation } from '../texts.tsx'
import { fullAddress } from '../ui/full-address.ts'
import { IconButton } from '../ui/icon-button.tsx'
import css from './rich-editor.module.css'

type LookId = CommandId & `text-${string}`
type Tool = {
  id: LookId | 'link'
  icon: LucideIcon
  mark: string
  run: (editor: Editor) => void
}

const TOOLS: readonly Tool[] = [
  { id: 'text-bold', icon: Bold, mark: 'bold', run: one => one.chain().focus().toggleBold().run() },
  { id: 'text-italic', icon: Italic, mark: 'italic', run: one => one.chain().focus().toggleItalic().run() },
  {
    id: 'text-underline',
    icon: Underline,
    mark: 'underline',
    run: one => one.chain().focus().toggleUnderline().run(),
  },
  { id: 'link', icon: Link, mark: 'link', run: () => undefined },
  {
    id: 'text-list',
    icon: List,
    mark: 'bulletList',
    run: one => one.chain().focus().toggleBulletList().run(),
  },
  {
    id: 'text-numbers',
    icon: ListOrdered,
    mark: 'orderedList',
    run: one => one.chain().focus().toggleOrderedList().run(),
  },
  {
    id: 'text-quote',
    icon: TextQuote,
    mark: 'blockquote',
    run: one => one.chain().focus().toggleBlockquote().run(),
  },
  { id: 'text-code', icon: CodeXml, mark: 'code', run: toggleCode },
]

/** The looks of the text, one quiet line: Tab from the text comes here, arrows walk it. */
export function EditorTools(props: {
  editor: Editor
  isLinking: boolean
  onLinking: (isLinking: boolean) => void
  onEmoji: () => void
  onPictures: ((files: readonly File[]) => void) | undefined
}) {
  const { t } = useTranslation()
  const { editor, onPictures } = props
  const pressed = useEditorState({
    editor,
    selector: ({ editor }) => TOOLS.filter(({ mark }) => editor.isActive(mark)).map(({ mark }) => mark),
  })
  const files = useRef<HTMLInputElement>(null)
  const [at, setAt] = useState(0)
  useLookCommands(editor)
  if (props.isLinking) return <LinkLine editor={editor} onDone={() => props.onLinking(false)} />
  return (
    <div
      role="toolbar"
      aria-label={t('compose.tools')}
      className={css.tools}
      onKeyDown={event => walk(event, setAt)}
      // The caret stays in the text.
      onMouseDown={event => event.preventDefault()}
    >
      {TOOLS.map(({ id, icon, mark, run }, place) => (
        <IconButton
          key={id}
          icon={icon}
          {...(id === 'link' ? { name: t('compose.link') } : { name: t(`command.${id}`), command: id })}
          isPressed={pressed.includes(mark)}
          tabIndex={place === at ? 0 : -1}
          onClick={() => (id === 'link' ? props.onLinking(true) : run(editor))}
        />
      ))}
      <IconButton
        icon={Smile}
        name={t('compose.emoji')}
        tabIndex={at === TOOLS.length ? 0 : -1}
        onClick={props.onEmoji}
      />
      {onPictures !== undefined && (
        <>
          <IconButton
            icon={ImagePlus}
            name={t('compose.picture')}
            tabIndex={at === TOOLS.length + 1 ? 0 : -1}
            onClick={() => files.current?.click()}
          />
          <input
            ref={files}
            type="file"
            accept="image/png,image/jpeg,image/gif,image/webp"
            multiple
            hidden
            onChange={event => {
              onPictures([...(event.target.files ?? [])])
              event.target.value = ''
            }}
          />
        </>
      )}
    </div>
  )
}

// By keys where the text has the focus; from the palette, where it had it before.
function useLookCommands(editor: Editor): void {
  const look = (id: LookId) => (keys: string) => {
    if (keys === '' || editor.isFocused) TOOLS.find(tool => tool.id === id)?.run(editor)
  }
  useCommand('text-bold', look('text-bold'))
  useCommand('text-italic', look('text-italic'))
  useCommand('text-underline', look('text-underline'))
  useCommand('text-list', look('text-list'))
  useCommand('text-numbers', look('text-numbers'))
  useCommand('text-quote', look('text-quote'))
  useCommand('text-code', look('text-code'))
}

/** Code of one line is a mark, of several a block. */
function toggleCode(editor: Editor): void {
  const { $from, $to } = editor.state.selection
  const chain = editor.chain().focus()
  if (editor.isActive('codeBlock') || !$from.sameParent($to)) chain.toggleCodeBlock().run()
  else chain.toggleCode().run()
}

/** The address of a link, in the place of the tools, so that nothing moves. */
function LinkLine(props: { editor: Editor; onDone: () => void }) {
  const { t } = useTranslation()
  const { editor } = props
  const [address, setAddress] = useState<string>(() => editor.getAttributes('link').href ?? '')
  const done = () => {
    props.onDone()
    editor.commands.focus()
  }
  const apply = () => {
    const chain = editor.chain().focus().extendMarkRange('link')
    const href = fullAddress(address)
    if (linkTarget(href) === undefined) chain.unsetLink().run()
    else if (!editor.state.selection.empty || editor.isActive('link')) chain.setLink({ href }).run()
    else insertLink(editor, address.trim(), href)
    done()
  }
  return (
    <form
      className={css.link}
      onSubmit={event => {
        event.preventDefault()
        apply()
      }}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        done()
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: asked for by its key, in the place where the keyboard is
        autoFocus
        aria-label={t('compose.linkAddress')}
        placeholder="https://"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        value={address}
        onChange={event => setAddress(event.target.value)}
      />
      <Button type="submit" size="compact-sm" variant="default">
        {t('compose.linkSet')}
      </Button>
    </form>
  )
}

function insertLink(editor: Editor, text: string, href: string): void {
  const content = { type: 'text', text, marks: [{ type: 'link', attrs: { href } }] }
  editor.chain().focus().insertContent(content).unsetMark('link').run()
}

function walk(event: KeyboardEvent<HTMLDivElement>, onAt: (at: number) => void): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  if (step === undefined) return
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const now = buttons.indexOf(document.activeElement as HTMLButtonElement)
  const next = (now + step + buttons.length) % buttons.length
  event.preventDefault()
  onAt(next)
  buttons[next]?.focus()
}
