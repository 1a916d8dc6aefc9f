// The part of handlebars that reads a template; its package has types for the whole only.
declare module 'handlebars/dist/cjs/handlebars/compiler/base.js' {
  /** A template as a tree. @throws Error where it does not follow the grammar */
  export function parse(source: string): hbs.AST.Program
}
