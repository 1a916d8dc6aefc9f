// Every text in every language: same keys, same placeholders, all plural forms the language has; and words for every
// code that the API may answer with.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { codeFiles, findAll, sourceFiles } from './source-files.mjs'

export const headline = 'texts in four languages'
export const unit = 'texts'

const LANGUAGES = ['en', 'bg', 'ru', 'pl']
const PLURAL = /_(zero|one|two|few|many|other)$/

export default function check(root) {
  const folders = sourceFiles(root, ['src', 'templates'], ['/en.json']).map(({ path }) => dirname(path))
  const results = folders.map(folder => checkFolder(root, folder))
  const faults = results.flatMap(({ faults: found }) => found)
  const webTexts = results.find(({ folder }) => folder.startsWith('src/web'))?.english
  if (webTexts) faults.push(...unknownKeys(root, webTexts), ...codesWithoutWords(root, webTexts))
  return {
    read: results.reduce((sum, { english }) => sum + english.size, 0),
    faults,
  }
}

function checkFolder(root, folder) {
  const english = readTexts(root, folder, 'en')
  const faults = LANGUAGES.flatMap(language => {
    if (!existsSync(join(root, folder, `${language}.json`))) return [`${folder}/${language}.json is missing`]
    return compare({ english, texts: readTexts(root, folder, language), language }).map(
      fault => `${folder}/${language}.json ${fault}`,
    )
  })
  return { folder, english, faults }
}

/** Nested keys joined by dots. */
function readTexts(root, folder, language) {
  const texts = new Map()
  const walk = (value, prefix) => {
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'object' && inner !== null) walk(inner, `${prefix}${key}.`)
      else texts.set(prefix + key, String(inner))
    }
  }
  walk(JSON.parse(readFileSync(join(root, folder, `${language}.json`), 'utf8')), '')
  return texts
}

function compare({ english, texts, language }) {
  const wanted = wantedKeys(english, language)
  const missing = [...wanted.keys()].filter(key => !texts.has(key)).map(key => `lacks ${key}`)
  const extra = [...texts.keys()].filter(key => !wanted.has(key)).map(key => `has ${key}, which en has not`)
  const wrong = [...texts]
    .filter(([key]) => wanted.has(key))
    .flatMap(([key, text]) => faultsOfText({ key, text, model: wanted.get(key) }))
  return [...missing, ...extra, ...wrong]
}

/** Each key this language needs, with the English text it stands for. Plurals by CLDR (Intl.PluralRules). */
function wantedKeys(english, language) {
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories
  const wanted = new Map()
  for (const [key, text] of english) {
    const base = key.replace(PLURAL, '')
    if (base === key || !english.has(`${base}_other`)) wanted.set(key, text)
    else for (const category of categories) wanted.set(`${base}_${category}`, english.get(`${base}_other`))
  }
  return wanted
}

function faultsOfText({ key, text, model }) {
  if (text.trim() === '' && model.trim() !== '') return [`${key} is empty`]
  const [has, wants] = [placeholders(text), placeholders(model)]
  const lacks = wants.filter(name => !has.includes(name) && !(name === 'count' && PLURAL.test(key)))
  const invents = has.filter(name => !wants.includes(name))
  return [
    ...lacks.map(name => `${key} lacks {{${name}}}`),
    ...invents.map(name => `${key} has {{${name}}}, which en has not`),
  ]
}

const placeholders = text => [...text.matchAll(/\{\{-?\s*(\w+)[^}]*\}\}/g)].map(match => match[1])

/** Keys written in the web app's code, as t('a.b') or i18nKey="a.b", that no catalogue has. */
function unknownKeys(root, english) {
  const known = new Set([...english.keys()].flatMap(key => [key, key.replace(PLURAL, '')]))
  return codeFiles(root, ['src/web'])
    .flatMap(file => findAll(file, /\bt\(\s*'([\w.-]+)'|\bi18nKey="([\w.-]+)"/g))
    .filter(({ match }) => !known.has(match[1] ?? match[2]))
    .map(({ at, match }) => `${at} no text for ${match[1] ?? match[2]}`)
}

/** Codes of the table in api/errors.ts of which the web app could only say that something was refused. */
function codesWithoutWords(root, english) {
  const table = readFileSync(join(root, 'src/api/errors.ts'), 'utf8')
  const codes = [...table.matchAll(/^ {2}'([a-z\d-]+)': \d{3},$/gm)].map(match => match[1])
  if (codes.length === 0)
    return ['src/api/errors.ts has no table of codes: this check reads another place than it should']
  return codes
    .filter(code => !english.has(`fault.${code}`) && !english.has(`problem.${code}`))
    .map(code => `src/api/errors.ts: no words for ${code}, as fault.${code}`)
}
