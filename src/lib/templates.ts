import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Handlebars from 'handlebars'
import { LANGUAGES, type Language } from '../shared/vocabulary.ts'
import { AppError, describeError } from './app-error.ts'
import { readTemplateUse, type TemplateUse } from './template-use.ts'

/** What a template may show: text, a condition, or a list of texts. Nothing with methods or a prototype. */
export type TemplateValues = Readonly<Record<string, string | boolean | readonly string[]>>

/** One checked template. Values are data only: a value that looks like a template comes out as it is. */
export type Template = { variables: readonly string[]; render: (values: TemplateValues) => string }

/** Where the mails we write are kept. */
export const templatesFolder = new URL('../../templates', import.meta.url).pathname

/** The mails we write: `templates/<name>/<part>.hbs` with the words of one language. */
export type Templates = {
  /**
   * @param name the folder, such as `acknowledgement`
   * @param values without the words, which are filled in from `locales/<language>.json`, and without `language`
   */
  render: (name: string, part: TemplatePart, language: Language, values: TemplateValues) => string
}

export type TemplatePart = 'subject' | 'text' | 'html'

/** A template that is not safe or not complete; `details.problem` says why. Code `bad-template`. */
export class BadTemplate extends AppError {
  constructor(problem: string, options?: ErrorOptions) {
    super('bad-template', problem, { problem }, options)
  }
}

const maxSourceChars = 64_000
const maxOutputChars = 10_000_000 // about 10 MB and under 50 ms a render, measured in the test of the limits
const wordsPrefix = 'words_'

/**
 * Checks a template and makes it ready. The language is what is left of Handlebars after taking away
 * everything that runs or reaches: `{{name}}`, `{{#if name}}`, `{{#unless name}}` and one level of
 * `{{#each names}}{{this}}{{/each}}`. No raw output, no paths, helpers, partials, decorators or `@data`.
 *
 * @param kind `html` escapes every value, `text` shows it as it is
 * @throws BadTemplate when it is over 64,000 characters or uses anything else
 */
export function compileTemplate(source: string, kind: 'text' | 'html'): Template {
  if (typeof source !== 'string') throw new BadTemplate('a template is text') // a parsed tree would skip the check
  if (source.length > maxSourceChars) throw new BadTemplate(`longer than ${maxSourceChars} characters`)
  const use = readTemplateUse(parse(source))
  if ('problem' in use) throw new BadTemplate(use.problem)
  const run = Handlebars.create().compile(source, {
    noEscape: kind === 'text',
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: { if: true, unless: true, each: true, with: false, log: false, lookup: false },
  })
  return {
    variables: [...use.variables.keys()],
    render: values => run(ownValues(use, values, source.length), { data: undefined }),
  }
}

/**
 * Reads `folder` once: `locales/{en,bg,ru,pl}.json` and every `<name>/{subject,text,html}.hbs`, compiled.
 * A word of a locale is a text template itself, rendered first and put in as a value, so that what a
 * customer wrote is never read as a template. `{{words_greeting}}` in `invitation/` is the key
 * `invitation.greeting`.
 *
 * @throws BadTemplate naming the file, or the language that lacks a key
 */
export async function loadTemplates(folder: string): Promise<Templates> {
  const words = await loadWords(join(folder, 'locales'))
  const templates = new Map<string, Template>()
  for (const file of await readdir(folder, { recursive: true })) {
    const [name, part] = file.replace(/\.hbs$/, '').split('/')
    if (!file.endsWith('.hbs') || part === undefined) continue
    const source = await readFile(join(folder, file), 'utf8')
    templates.set(`${name}/${part}`, compileNamed(source, part === 'html' ? 'html' : 'text', file))
    checkWords(templates.get(`${name}/${part}`), name ?? '', words, file)
  }
  return {
    render: (name, part, language, values) => renderPart({ templates, words }, name, part, language, values),
  }
}

type Loaded = { templates: Map<string, Template>; words: Map<Language, Map<string, Template>> }

function renderPart(
  loaded: Loaded,
  name: string,
  part: TemplatePart,
  language: Language,
  values: TemplateValues,
): string {
  const template = loaded.templates.get(`${name}/${part}`)
  if (template === undefined) throw new BadTemplate(`there is no ${name}/${part}.hbs`)
  const all: Record<string, TemplateValues[string]> = { language, ...values }
  for (const variable of template.variables) {
    if (!variable.startsWith(wordsPrefix)) continue
    const word = loaded.words.get(language)?.get(`${name}.${variable.slice(wordsPrefix.length)}`)
    if (word === undefined) throw new BadTemplate(`${language}.json lacks a word for ${name}/${part}`)
    all[variable] = word.render(values)
  }
  const rendered = template.render(all)
  return part === 'subject' ? rendered.trim() : rendered
}

async function loadWords(folder: string): Promise<Loaded['words']> {
  const words: Loaded['words'] = new Map()
  for (const language of LANGUAGES) {
    const catalogue = parseCatalogue(await readFile(join(folder, `${language}.json`), 'utf8'), language)
    const compiled = catalogue.map(
      ([key, word]) => [key, compileNamed(word, 'text', `${language}.json: ${key}`)] as const,
    )
    words.set(language, new Map(compiled))
  }
  const keys = new Set([...words.values()].flatMap(catalogue => [...catalogue.keys()]))
  for (const [language, catalogue] of words) {
    const missing = [...keys].filter(key => !catalogue.has(key))
    if (missing.length > 0) throw new BadTemplate(`${language}.json lacks ${missing.join(', ')}`)
  }
  return words
}

function parseCatalogue(json: string, language: Language): [string, string][] {
  const parsed: unknown = JSON.parse(json)
  return Object.entries(parsed ?? {}).map(([key, word]) => {
    if (typeof word !== 'string') throw new BadTemplate(`${language}.json: ${key} is not text`)
    return [key, word]
  })
}

function checkWords(
  template: Template | undefined,
  name: string,
  words: Loaded['words'],
  file: string,
): void {
  const known = words.get('en')
  for (const variable of template?.variables ?? []) {
    if (!variable.startsWith(wordsPrefix)) continue
    const key = `${name}.${variable.slice(wordsPrefix.length)}`
    if (!known?.has(key)) throw new BadTemplate(`${file} uses ${key}, which no locale has`)
  }
}

function compileNamed(source: string, kind: 'text' | 'html', file: string): Template {
  try {
    return compileTemplate(source, kind)
  } catch (cause) {
    throw new BadTemplate(`${file}: ${describeError(cause)}`, { cause })
  }
}

function parse(source: string): hbs.AST.Program {
  try {
    return Handlebars.parse(source)
  } catch (cause) {
    throw new BadTemplate(describeError(cause), { cause })
  }
}

/** Copies what the template names into an object without a prototype; a missing or foreign value is refused. */
function ownValues(use: TemplateUse, values: TemplateValues, sourceChars: number): object {
  const own = Object.create(null) as Record<string, TemplateValues[string]>
  let outputChars = sourceChars
  for (const [name, { count, isList }] of use.variables) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined || Array.isArray(value) !== isList) throw new BadTemplate(`no value for ${name}`)
    own[name] = typeof value === 'object' ? value.map(String) : value
    outputChars += grownChars(value, count, use)
  }
  if (outputChars > maxOutputChars) throw new BadTemplate(`would grow over ${maxOutputChars} characters`)
  return own
}

/** How much a value adds to the output at most, before escaping. */
function grownChars(value: TemplateValues[string], count: number, use: TemplateUse): number {
  if (typeof value === 'string') return count * value.length
  if (typeof value === 'boolean') return 0
  const chars = value.reduce((sum, item) => sum + item.length, 0)
  return use.itemCount * chars + use.itemTextChars * value.length
}
