import { type ReactNode, useMemo } from 'react'
import { linkTarget } from '../../shared/link-target.ts'
import type { Mention } from '../../shared/notes.ts'
import css from './rich-words.module.css'

const PLAIN = ['p', 'strong', 'em', 'u', 'code', 'pre', 'ul', 'ol', 'li', 'blockquote'] as const
type Plain = (typeof PLAIN)[number]

/**
 * An agent's words with their looks, as the server keeps them. Built element by element from the few that are
 * known: what else the HTML may hold is text here, so that nothing of it can run or load.
 *
 * @param props `mentions`: those whom the words mention, who may have another name by now
 */
export function RichWords({ html, mentions }: { html: string; mentions: readonly Mention[] }) {
  const shown = useMemo(
    () => childrenOf(new DOMParser().parseFromString(html, 'text/html').body, mentions),
    [html, mentions],
  )
  return (
    <div className={css.words} dir="auto">
      {shown}
    </div>
  )
}

function childrenOf(node: Node, mentions: readonly Mention[]): ReactNode[] {
  return [...node.childNodes].map((child, place) => show(child, place, mentions))
}

function show(node: Node, key: number, mentions: readonly Mention[]): ReactNode {
  if (!(node instanceof Element)) return node.nodeType === Node.TEXT_NODE ? node.nodeValue : null
  const name = node.localName
  if (name === 'br') return <br key={key} />
  if (name === 'img') return `[${node.getAttribute('alt') ?? ''}]`
  if (name === 'a') return showLink(node, key, mentions)
  if (node.hasAttribute('data-mention')) return showMention(node, key, mentions)
  const Tag = PLAIN.find(tag => tag === name) satisfies Plain | undefined
  if (Tag !== undefined) return <Tag key={key}>{childrenOf(node, mentions)}</Tag>
  return <span key={key}>{childrenOf(node, mentions)}</span>
}

function showMention(node: Element, key: number, mentions: readonly Mention[]): ReactNode {
  const who = node.getAttribute('data-mention')
  const known = mentions.find(one => who === (one.teamId === null ? `${one.agentId}` : `team-${one.teamId}`))
  return (
    <span key={key} className={css.mention}>
      {known === undefined ? node.textContent : `@${known.name}`}
    </span>
  )
}

function showLink(link: Element, key: number, mentions: readonly Mention[]): ReactNode {
  const href = link.getAttribute('href') ?? ''
  if (linkTarget(href) === undefined) return <span key={key}>{childrenOf(link, mentions)}</span>
  return (
    <a key={key} href={href} target="_blank" rel="noopener noreferrer nofollow">
      {childrenOf(link, mentions)}
    </a>
  )
}
