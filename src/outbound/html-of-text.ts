import type { TemplateNode } from '../lib/parse-template.ts'
import { escapeHtml } from '../lib/render-template.ts'
import type { TemplateVariable } from '../shared/template-variables.ts'

const styles: Readonly<Record<string, string>> = {
  signature: 'white-space: pre-wrap; color: #5c5c5c',
  history: 'white-space: pre-wrap; margin: 0 0 0 0.5em; padding-left: 0.8em; border-left: 2px solid #c8c8c8',
}
const nowhere = { line: 0, column: 0 }

/**
 * The HTML of a mail whose text alone was written: the same words in the same order, so that the two parts
 * say the same. Line ends become `<br>`; what comes in lines stands in a block of its own, history in a
 * `<blockquote>` without its `>` marks.
 *
 * @param variables says which of the names are of several lines
 */
export function htmlOfText(
  nodes: readonly TemplateNode[],
  variables: readonly TemplateVariable[],
): TemplateNode[] {
  const lines = new Set(variables.filter(one => one.is === 'lines').map(one => one.name))
  return [
    text('<!doctype html>\n<html lang="'),
    { is: 'value', name: 'language', ...nowhere },
    text('">\n<head><meta charset="utf-8"></head>\n'),
    text('<body style="font-family: sans-serif; font-size: 14px; line-height: 1.5">\n'),
    ...convert(nodes, lines),
    text('\n</body>\n</html>\n'),
  ]
}

function convert(nodes: readonly TemplateNode[], lines: ReadonlySet<string>): TemplateNode[] {
  return nodes.flatMap((node, place) => {
    const before = nodes[place - 1]
    if (node.is === 'text') return text(withBreaks(node.text, { isAfterBlock: isBlock(before, lines) }))
    if (node.is === 'value') return lines.has(node.name) ? block(node.name) : node
    if (node.is === 'item') return node
    return { ...node, body: convert(node.body, lines), other: convert(node.other, lines) }
  })
}

/** A block ends its line by itself. */
function withBreaks(words: string, { isAfterBlock }: { isAfterBlock: boolean }): string {
  const own = isAfterBlock ? words.replace(/^\r?\n/, '') : words
  return escapeHtml(own).replace(/\r?\n/g, '<br>\n')
}

function isBlock(node: TemplateNode | undefined, lines: ReadonlySet<string>): boolean {
  return node?.is === 'value' && lines.has(node.name)
}

// Line by line, as Outlook does not keep the line ends of `pre-wrap`.
function block(name: string): TemplateNode[] {
  const tag = name === 'history' ? 'blockquote type="cite"' : 'div'
  return [
    text(`<${tag} style="${styles[name] ?? 'white-space: pre-wrap'}">`),
    {
      is: 'each',
      name: `${name}Lines`,
      body: [{ is: 'item', ...nowhere }, text('<br>')],
      other: [],
      ...nowhere,
    },
    text(`</${tag.split(' ')[0]}>\n`),
  ]
}

function text(words: string): TemplateNode {
  return { is: 'text', text: words }
}
