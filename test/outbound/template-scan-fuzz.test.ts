import Handlebars from 'handlebars'
import { expect, test } from 'vitest'
import { parseTemplate } from '../../src/lib/parse-template.ts'
import { scanTags } from '../../src/lib/scan-tags.ts'
import { seededRandom } from '../support/mails.ts'

const sources = 6_000
// Whole tags, so that many sources are accepted, and the parts at which two readers may differ.
const pieces = [
  ...['{{a}}', '{{ b }}', '{{#if a}}', '{{#unless b}}', '{{else}}', '{{^}}', '{{/if}}', '{{/unless}}', '{{!'],
  ...[
    '{{!--',
    '--}}',
    '--~}}',
    '~}}',
    '{{~',
    '{{',
    '}}',
    '{{{',
    '}}}',
    '{{{{',
    '}}}}',
    '{{{{a}}}}',
    '{{{{/a}}}}',
  ],
  ...[
    '{',
    '}',
    '~',
    '-',
    '--',
    '!',
    '\\',
    '\\\\',
    '&',
    '^',
    '/',
    '#',
    'a',
    'else',
    ' ',
    '\n',
    '\t',
    '\0',
    '\ufeff',
  ],
]

/** The tags of Handlebars' own tree, in the order of the source. */
function tagsOf(program: hbs.AST.Program | undefined): string[] {
  return (program?.body ?? []).flatMap(statement => {
    if (statement.type === 'ContentStatement') return []
    if (statement.type === 'CommentStatement') return ['comment']
    if (statement.type !== 'BlockStatement')
      return [statement.type === 'MustacheStatement' ? 'value' : 'other']
    const { program: body, inverse } = statement as hbs.AST.BlockStatement
    return ['open', ...tagsOf(body), ...(inverse ? ['else', ...tagsOf(inverse)] : []), 'close']
  })
}

function treeOf(source: string): string[] | undefined {
  try {
    return tagsOf(Handlebars.parse(source))
  } catch {
    return undefined // refused, so nothing of it is written
  }
}

test('whatever our scan accepts, Handlebars reads as exactly the tags we saw, or refuses', () => {
  const random = seededRandom(17)
  const piece = () => pieces[Math.floor(random() * pieces.length)] ?? ''
  const different: string[] = []
  let accepted = 0
  for (let count = 0; count < sources; count++) {
    const source = Array.from({ length: 1 + Math.floor(random() * 8) }, piece).join('')
    const { tags, problems } = scanTags(source)
    const tree = problems.length > 0 ? undefined : treeOf(source)
    if (tree === undefined) continue
    if (tags.length > 0) accepted += 1
    const isSame =
      tree.join() === tags.map(tag => tag.kind).join() && !Array.isArray(parseTemplate(source, 999))
    if (!isSame) different.push(source)
  }

  expect(different).toEqual([])
  expect(accepted).toBeGreaterThan(200)
})
