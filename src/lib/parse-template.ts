import type {} from 'handlebars' // its types, the namespace hbs
import { parse } from 'handlebars/dist/cjs/handlebars/compiler/base.js' // the reader alone, without what runs templates
import { describeError } from './app-error.ts'
import { placeFinder, scanTags, type Tag, type TagKind, withoutComments } from './scan-tags.ts'
import type { TemplateProblem, TemplateProblemCode } from './template-problem.ts'

/** Where something stands in the source, both from 1. */
type Place = { line: number; column: number }

/** A template as a tree of plain data. Nothing in it can run. */
export type TemplateNode =
  | { is: 'text'; text: string }
  | ({ is: 'value'; name: string } & Place)
  /** `{{this}}` of a list. */
  | ({ is: 'item' } & Place)
  | BlockNode

export type BlockNode = {
  is: 'if' | 'unless' | 'each'
  name: string
  body: TemplateNode[]
  other: TemplateNode[]
} & Place

/** How a variable is used: `{{#each}}` names a list, everything else a text or a condition. The place of its first use. */
export type VariableUse = { isList: boolean } & Place

/** A read template. `variables`: every name it uses, by the first use. */
export type ParsedTemplate = { nodes: TemplateNode[]; variables: Map<string, VariableUse> }

const maxDepth = 5
const blockWords = ['if', 'unless', 'each'] as const

/**
 * Reads a template of our language, which is what is left of Handlebars after taking away everything that
 * runs or reaches: `{{name}}`, `{{#if name}}`, `{{#unless name}}`, `{{else}}` and one level of
 * `{{#each names}}{{this}}{{/each}}`. No raw output, paths, helpers, partials, decorators or `@data`.
 *
 * Handlebars reads what scan-tags.ts let pass, and its tree is copied node by node into ours; it has to have
 * the tags that were seen, in their order.
 *
 * @returns the tree, or what is wrong and where; never both
 */
export function parseTemplate(source: string, maxChars: number): ParsedTemplate | TemplateProblem[] {
  if (source.length > maxChars) return [{ code: 'too-long', line: 0, column: 0, name: String(maxChars) }]
  const { tags, problems } = scanTags(source)
  if (problems.length > 0) return problems
  const unpaired = findUnpaired(source, tags)
  if (unpaired !== undefined) return [unpaired]
  try {
    return readTree(parse(withoutComments(source, tags)), tags)
  } catch (cause) {
    if (cause instanceof Refused) return [cause.problem]
    return [{ code: 'not-allowed', line: 0, column: 0, name: describeError(cause).slice(0, 60) }]
  }
}

/** A block that is not closed in order, stands in a list, or is nested deeper than five. */
function findUnpaired(source: string, tags: readonly Tag[]): TemplateProblem | undefined {
  const placeOf = placeFinder(source)
  const open: Tag[] = []
  const at = (code: TemplateProblemCode, { start, end }: Tag): TemplateProblem => ({
    code,
    ...placeOf(start),
    name: source.slice(start, end),
  })
  for (const tag of tags) {
    if (tag.kind === 'open' && open.push(tag) > maxDepth) return at('too-deep', tag)
    if (tag.kind === 'else' && open.length === 0) return at('unopened-block', tag)
    if (tag.kind === 'close' && open.pop()?.block !== tag.block) return at('unopened-block', tag)
  }
  const [left] = open
  return left && at('unclosed-block', left)
}

class Refused extends Error {
  readonly problem: TemplateProblem

  constructor(code: TemplateProblemCode, { loc }: hbs.AST.Node, name = '') {
    super(code)
    this.problem = { code, line: loc.start.line, column: loc.start.column + 1, name }
  }
}

function readTree(program: hbs.AST.Program, tags: readonly Tag[]): ParsedTemplate {
  const copying: Copying = { variables: new Map(), read: [], isInList: false, depth: 0 }
  const nodes = copyProgram(program, copying)
  if (copying.read.join() !== tags.map(tag => tag.kind).join())
    throw new Error('tags read otherwise than seen')
  return { nodes, variables: copying.variables }
}

/** `read`: the tags that Handlebars read, in the order of the source. */
type Copying = { variables: Map<string, VariableUse>; read: TagKind[]; isInList: boolean; depth: number }

function copyProgram(program: hbs.AST.Program | undefined, copying: Copying): TemplateNode[] {
  if ((program?.blockParams?.length ?? 0) > 0) throw new Error('block parameters')
  return (program?.body ?? []).flatMap(statement => copyStatement(statement, copying))
}

function copyStatement(statement: hbs.AST.Statement, copying: Copying): TemplateNode[] {
  switch (statement.type) {
    case 'ContentStatement':
      return [{ is: 'text', text: (statement as hbs.AST.ContentStatement).value }]
    case 'CommentStatement':
      copying.read.push('comment')
      return []
    case 'MustacheStatement':
      return [copyValue(statement as hbs.AST.MustacheStatement, copying)]
    case 'BlockStatement':
      return [copyBlock(statement as hbs.AST.BlockStatement, copying)]
    default:
      throw new Refused('not-allowed', statement, statement.type)
  }
}

function copyValue(
  mustache: hbs.AST.MustacheStatement,
  { variables, read, isInList }: Copying,
): TemplateNode {
  read.push('value')
  if (!mustache.escaped) throw new Refused('raw-output', mustache)
  if (mustache.params.length > 0 || mustache.hash !== undefined) throw new Refused('not-allowed', mustache)
  const name = plainName(mustache.path)
  if (name === 'this' && !isInList) throw new Refused('this-outside-list', mustache, '{{this}}')
  if (name === 'this') return { is: 'item', ...placeOf(mustache) }
  if (isInList) throw new Refused('inside-list', mustache, name)
  note(variables, name, { isList: false, place: mustache })
  return { is: 'value', name, ...placeOf(mustache) }
}

function copyBlock(block: hbs.AST.BlockStatement, copying: Copying): TemplateNode {
  const is = blockWords.find(word => word === plainName(block.path))
  const [param, ...more] = block.params
  if (is === undefined || param === undefined || more.length > 0 || block.hash !== undefined) {
    throw new Refused('not-allowed', block)
  }
  const name = plainName(param)
  if (copying.isInList) throw new Refused('inside-list', block, name)
  if (name === 'this') throw new Refused('this-outside-list', block, name)
  const isList = is === 'each'
  const depth = copying.depth + 1
  if (depth > maxDepth) throw new Refused('too-deep', block, name)
  note(copying.variables, name, { isList, place: block })
  copying.read.push('open')
  const body = copyProgram(block.program, { ...copying, isInList: isList, depth })
  if (block.inverse !== undefined) copying.read.push('else')
  const other = copyProgram(block.inverse, { ...copying, depth })
  copying.read.push('close')
  return { is, name, ...placeOf(block), body, other }
}

function note(
  variables: Copying['variables'],
  name: string,
  { isList, place }: { isList: boolean; place: hbs.AST.Node },
): void {
  const known = variables.get(name)
  if (known === undefined) variables.set(name, { isList, ...placeOf(place) })
  else if (known.isList !== isList) throw new Refused(isList ? 'text-as-list' : 'list-as-text', place, name)
}

function placeOf({ loc }: hbs.AST.Node): Place {
  return { line: loc.start.line, column: loc.start.column + 1 }
}

/** `this`, or one word; scan-tags.ts has seen to its letters. */
function plainName(node: hbs.AST.Node): string {
  const { original, parts, data, depth } = node as hbs.AST.PathExpression
  if (node.type !== 'PathExpression' || data || depth > 0) throw new Refused('not-allowed', node)
  if (original === 'this') return original
  const isPlain = parts.length === 1 && parts[0] === original && !(original in Object.prototype)
  if (!isPlain) throw new Refused('not-allowed', node)
  return original
}
