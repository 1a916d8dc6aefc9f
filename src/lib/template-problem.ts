/** What is wrong at one place of a template; the words for people are looked up by `code`. */
export type TemplateProblem = {
  code: TemplateProblemCode
  /** From 1; 0 where it is about the whole. */
  line: number
  column: number
  /** The variable or tag it is about, at most 60 characters. */
  name: string
}

export type TemplateProblemCode =
  | 'too-long'
  | 'too-many-tags'
  | 'too-deep'
  | 'too-large'
  | 'unclosed-tag'
  | 'unclosed-block'
  | 'unopened-block'
  | 'raw-output'
  | 'not-allowed'
  | 'this-outside-list'
  | 'inside-list'
  | 'list-as-text'
  | 'text-as-list'
  | 'unknown-variable'
  | 'missing-variable'
  | 'inside-html-tag'
  | 'forbidden-html'

/** One line for the log, such as `line 2, column 4: raw-output {{{name}}}`. */
export function describeTemplateProblem({ code, line, column, name }: TemplateProblem): string {
  const where = line === 0 ? '' : `line ${line}, column ${column}: `
  return `${where}${code}${name === '' ? '' : ` ${name}`}`
}
