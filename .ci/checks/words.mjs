// One word per thing: the "not" column of the words table, in code, SQL, API and screens. Words with
// a technical meaning of their own (a channel of NOTIFY, a case of a switch) are not in this list.
import { codeFiles, lineAt, sourceFiles } from './source-files.mjs'

export const headline = 'one word per thing'
export const unit = 'files'

const BANNED = new Map([
  ['conversation', 'ticket'],
  ['article', 'message'],
  ['requester', 'customer'],
  ['contact', 'customer'],
  ['operator', 'agent'],
  ['task', 'job'],
])

/** Names of others that we must write as they are, and where. */
const ALLOWED = [
  { path: /^src\/jobs\//, word: 'task', because: "graphile-worker's API calls jobs tasks" },
  { path: /^src\/mail\/(?:clean-html|html-text)/, word: 'article', because: 'the HTML element' },
  {
    path: /^src\/tickets\/search\.queries/,
    word: 'operator',
    because: 'the setting cpu_operator_cost of Postgres',
  },
  { path: /^src\/web\//, word: 'article', because: 'the HTML element, as <article>' },
]

export default function check(root) {
  const code = codeFiles(root, ['src'])
  const sql = sourceFiles(root, ['migrations'], ['.sql'])
  const texts = sourceFiles(root, ['src', 'templates'], ['/en.json', '.hbs'])
  const faults = [
    ...code.flatMap(file => faultsIn(file, withoutProse(file.text))),
    ...sql.flatMap(file => faultsIn(file, withoutSqlComments(file.text))),
    ...texts.flatMap(file => faultsIn(file, file.text)),
  ]
  return { read: code.length + sql.length + texts.length, faults }
}

function faultsIn({ path, text }, searched) {
  const faults = []
  for (const match of searched.matchAll(/[\p{L}\d_]+/gu)) {
    for (const part of partsOf(match[0])) {
      const instead = BANNED.get(part) ?? BANNED.get(part.replace(/s$/, ''))
      if (instead === undefined || isAllowed(path, part)) continue
      faults.push(`${path}:${lineAt(text, match.index)} "${match[0]}": our word is ${instead}`)
    }
  }
  return faults
}

/** camelCase, snake_case and SCREAMING_CASE names as lower-case words. */
function partsOf(name) {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
}

function isAllowed(path, part) {
  return ALLOWED.some(rule => rule.path.test(path) && part.replace(/s$/, '') === rule.word)
}

/** Comments may quote other products and RFCs; blanks keep the offsets. */
function withoutProse(text) {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(,])\/\/[^\n]*/g, blank)
}

function withoutSqlComments(text) {
  return text.replace(/--[^\n]*/g, blank)
}

const blank = text => text.replace(/[^\n]/g, ' ')
