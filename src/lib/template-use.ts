/** What a template uses: each variable, how often it is shown, and whether it is a list. */
export type TemplateUse = {
  variables: Map<string, { count: number; isList: boolean }>
  /** How often a list item is shown, over all lists. */
  itemCount: number
  /** Characters of plain text that come once a list item, over all lists. */
  itemTextChars: number
}

type Walk = { use: TemplateUse; isInList: boolean; depth: number }

const maxDepth = 5
const blockNames = ['if', 'unless', 'each']

/**
 * Walks a parsed template and lists what it uses, or says the first thing it may not use.
 *
 * @returns the problem as one plain sentence with the line, such as `line 2: raw output {{{…}}} is not allowed`
 */
export function readTemplateUse(program: hbs.AST.Program): TemplateUse | { problem: string } {
  const use: TemplateUse = { variables: new Map(), itemCount: 0, itemTextChars: 0 }
  const problem = walkProgram(program, { use, isInList: false, depth: 0 })
  return problem === undefined ? use : { problem }
}

function walkProgram(program: hbs.AST.Program, walk: Walk): string | undefined {
  if (walk.depth > maxDepth) return `nested deeper than ${maxDepth}`
  if ((program.blockParams?.length ?? 0) > 0) return 'block parameters are not allowed'
  for (const statement of program.body) {
    const problem = walkStatement(statement, walk)
    if (problem !== undefined)
      return `line ${statement.loc.start.line}: ${problem}`.replace(/^(line \d+: )+/, '$1')
  }
  return undefined
}

function walkStatement(statement: hbs.AST.Statement, walk: Walk): string | undefined {
  switch (statement.type) {
    case 'ContentStatement':
      if (walk.isInList) walk.use.itemTextChars += (statement as hbs.AST.ContentStatement).value.length
      return undefined
    case 'CommentStatement':
      return undefined
    case 'MustacheStatement':
      return walkMustache(statement as hbs.AST.MustacheStatement, walk)
    case 'BlockStatement':
      return walkBlock(statement as hbs.AST.BlockStatement, walk)
    default:
      return `${statement.type} is not allowed`
  }
}

function walkMustache(mustache: hbs.AST.MustacheStatement, walk: Walk): string | undefined {
  if (!mustache.escaped) return 'raw output {{{…}}} is not allowed'
  if (mustache.params.length > 0 || hasPairs(mustache.hash)) return 'helpers are not allowed'
  const name = plainName(mustache.path)
  if (name === 'this' && !walk.isInList) return '{{this}} stands only inside {{#each}}'
  if (name === 'this') {
    walk.use.itemCount++
    return undefined
  }
  if (name === undefined) return 'only plain names are allowed'
  if (walk.isInList) return 'inside {{#each}} only {{this}} is allowed'
  return note(walk.use, name, { isList: false })
}

function walkBlock(block: hbs.AST.BlockStatement, walk: Walk): string | undefined {
  const helper = plainName(block.path)
  const [param] = block.params
  const name = param === undefined ? undefined : plainName(param)
  if (helper === undefined || !blockNames.includes(helper)) return 'only if, unless and each are allowed'
  if (block.params.length !== 1 || hasPairs(block.hash)) return `${helper} takes one name`
  if (name === undefined || name === 'this') return 'only plain names are allowed'
  if (walk.isInList) return 'no block inside {{#each}}'
  const isList = helper === 'each'
  const inner = { use: walk.use, isInList: isList, depth: walk.depth + 1 }
  return (
    note(walk.use, name, { isList }) ??
    walkProgram(block.program, inner) ??
    (block.inverse ? walkProgram(block.inverse, { ...inner, isInList: false }) : undefined)
  )
}

function note(use: TemplateUse, name: string, { isList }: { isList: boolean }): string | undefined {
  const known = use.variables.get(name)
  if (known !== undefined && known.isList !== isList) return `${name} is a list here and a text there`
  use.variables.set(name, { count: (known?.count ?? 0) + 1, isList })
  return undefined
}

function hasPairs(hash: hbs.AST.Hash | undefined): boolean {
  return (hash?.pairs.length ?? 0) > 0
}

/** `this`, or one ASCII word that no object inherits; undefined for paths, `@data`, `../up` and literals. */
function plainName(node: hbs.AST.Node): string | undefined {
  if (node.type !== 'PathExpression') return undefined
  const path = node as hbs.AST.PathExpression
  if (path.data || path.depth > 0) return undefined
  if (path.original === 'this') return 'this'
  const [part] = path.parts
  if (path.parts.length !== 1 || typeof part !== 'string' || part !== path.original) return undefined
  return /^[a-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$/.test(part) && !(part in Object.prototype) ? part : undefined
}
