import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LANGUAGES, type Language } from '../shared/vocabulary.ts'
import { AppError, describeError } from './app-error.ts'
import { type ParsedTemplate, parseTemplate } from './parse-template.ts'
import { escapeHtml, renderTemplate, type TemplateValues } from './render-template.ts'
import { describeTemplateProblem } from './template-problem.ts'

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
  /** The source of one language alone: its words stand where the file has `words_…`. */
  source: (name: string, part: TemplatePart, language: Language) => string
}

export type TemplatePart = 'subject' | 'text' | 'html'

/** A template that is not safe or not complete; `details.problem` says why. Code `bad-template`. */
export class BadTemplate extends AppError {
  constructor(problem: string, options?: ErrorOptions) {
    super('bad-template', problem, { problem }, options)
  }
}

const maxSourceChars = 64_000
const wordsPrefix = 'words_'

/**
 * Checks a template and makes it ready (the language: parse-template.ts).
 *
 * @param kind `html` escapes every value, `text` shows it as it is
 * @throws BadTemplate when it is over 64,000 characters or uses what the language has not
 */
export function compileTemplate(source: string, kind: 'text' | 'html'): Template {
  if (typeof source !== 'string') throw new BadTemplate('a template is text') // a parsed tree would skip the check
  const parsed = parseTemplate(source, maxSourceChars)
  if (Array.isArray(parsed)) throw new BadTemplate(parsed.map(describeTemplateProblem).join('; '))
  return { variables: [...parsed.variables.keys()], render: values => renderOrThrow(parsed, kind, values) }
}

function renderOrThrow(parsed: ParsedTemplate, kind: 'text' | 'html', values: TemplateValues): string {
  const rendered = renderTemplate(parsed, kind, values)
  if ('text' in rendered) return rendered.text
  throw new BadTemplate(
    rendered.code === 'no-value' ? `no value for ${rendered.name}` : 'would grow over 10 MB',
  )
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
  const templates = new Map<string, Template & { source: string }>()
  for (const file of await readdir(folder, { recursive: true })) {
    const [name, part] = file.replace(/\.hbs$/, '').split('/')
    if (!file.endsWith('.hbs') || part === undefined) continue
    const source = await readFile(join(folder, file), 'utf8')
    const compiled = compileNamed(source, part === 'html' ? 'html' : 'text', file)
    templates.set(`${name}/${part}`, { ...compiled, source })
    checkWords(templates.get(`${name}/${part}`), name ?? '', words, file)
  }
  return {
    render: (name, part, language, values) => renderPart({ templates, words }, name, part, language, values),
    source: (name, part, language) => sourceIn({ templates, words }, name, part, language),
  }
}

type Loaded = {
  templates: Map<string, Template & { source: string }>
  words: Map<Language, Map<string, Template & { source: string }>>
}

function renderPart(
  loaded: Loaded,
  name: string,
  part: TemplatePart,
  language: Language,
  values: TemplateValues,
): string {
  const template = getTemplate(loaded, name, part)
  const all: Record<string, TemplateValues[string]> = { language, ...values }
  for (const variable of template.variables) {
    if (variable.startsWith(wordsPrefix))
      all[variable] = getWord(loaded, name, variable, language).render(values)
  }
  const rendered = template.render(all)
  return part === 'subject' ? rendered.trim() : rendered
}

function sourceIn(loaded: Loaded, name: string, part: TemplatePart, language: Language): string {
  const { source } = getTemplate(loaded, name, part)
  return source.replace(/\{\{(words_[A-Za-z0-9_]+)\}\}/g, (_tag, variable: string) => {
    const word = getWord(loaded, name, variable, language).source
    return part === 'html' ? escapeHtml(word) : word
  })
}

function getTemplate(loaded: Loaded, name: string, part: TemplatePart) {
  const template = loaded.templates.get(`${name}/${part}`)
  if (template === undefined) throw new BadTemplate(`there is no ${name}/${part}.hbs`)
  return template
}

function getWord(loaded: Loaded, name: string, variable: string, language: Language) {
  const key = `${name}.${variable.slice(wordsPrefix.length)}`
  const word = loaded.words.get(language)?.get(key)
  if (word === undefined) throw new BadTemplate(`${language}.json lacks ${key}`)
  return word
}

async function loadWords(folder: string): Promise<Loaded['words']> {
  const words: Loaded['words'] = new Map()
  for (const language of LANGUAGES) {
    const catalogue = parseCatalogue(await readFile(join(folder, `${language}.json`), 'utf8'), language)
    const compiled = catalogue.map(
      ([key, word]) =>
        [key, { ...compileNamed(word, 'text', `${language}.json: ${key}`), source: word }] as const,
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
