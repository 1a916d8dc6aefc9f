import { type ReactNode, useMemo } from 'react'
import css from './rich-words.module.css'

const PLAIN = ['p', 'strong', 'em', 'code', 'pre', 'ul', 'ol', 'li', 'blockquote'] as const
type Plain = (typeof PLAIN)[number]

/**
 * An agent's words with their looks, as the server keeps them. Built element by element from the few that are
 * known: what else the HTML may hold is text here, so that nothing of it can run or load.
 */
export function RichWords(props: { html: string }) {
  const shown = useMemo(
    () => childrenOf(new DOMParser().parseFromString(props.html, 'text/html').body),
    [props.html],
  )
  return (
    <div className={css.words} dir="auto">
      {shown}
    </div>
  )
}

function childrenOf(node: Node): ReactNode[] {
  return [...node.childNodes].map((child, place) => show(child, place))
}

function show(node: Node, key: number): ReactNode {
  if (!(node instanceof Element)) return node.nodeType === Node.TEXT_NODE ? node.nodeValue : null
  const name = node.localName
  if (name === 'br') return <br key={key} />
  if (name === 'img') return `[${node.getAttribute('alt') ?? ''}]`
  if (name === 'a') return showLink(node, key)
  const Tag = PLAIN.find(tag => tag === name) satisfies Plain | undefined
  if (Tag !== undefined) return <Tag key={key}>{childrenOf(node)}</Tag>
  return <span key={key}>{childrenOf(node)}</span>
}

function showLink(link: Element, key: number): ReactNode {
  const href = link.getAttribute('href') ?? ''
  if (!/^(?:https?|mailto):/i.test(href)) return <span key={key}>{childrenOf(link)}</span>
  return (
    <a key={key} href={href} target="_blank" rel="noopener noreferrer nofollow">
      {childrenOf(link)}
    </a>
  )
}
