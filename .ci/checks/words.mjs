// One word per thing: the "not" column of the words table, in code, SQL, API and screens. Not looked for are words that
// mostly mean something else here: an account at a mail server, INBOX, a list, a folder, an HTML label, a filter of an
// array, a group of a regular expression, a side thread (docs/decisions/0021), the messageId of a message.
import { codeFiles, lineAt, sourceFiles } from './source-files.mjs'

export const headline = 'one word per thing'
export const unit = 'files'

const BANNED = new Map([
  ['conversation', 'ticket'],
  ['case', 'ticket'],
  ['issue', 'ticket'],
  ['article', 'message'],
  ['comment', 'message, or note'],
  ['post', 'message'],
  ['channel', 'mailbox'],
  ['requester', 'customer'],
  ['contact', 'customer'],
  ['operator', 'agent'],
  ['user', 'agent'],
  ['plan', 'SLA policy'],
  ['deadline', 'SLA timer'],
  ['task', 'job'],
])

/** Two words that together name a thing of ours, in a name (`savedSearch`) or a text. */
const BANNED_PAIRS = [
  [/private[ _-]?messages?|internal[ _-]?(?:comment|message)s?/gi, 'note'],
  [/pending[ _-]?messages?/gi, 'draft'],
  [/saved[ _-]?(?:filter|search|searche)s?/gi, 'view'],
]

/** Words of protocols, languages and libraries, wherever they stand. */
const NOT_OURS = [
  /\bPOST\b|\blist-post\b|\bclient_secret_post\b|\bClientSecretPost\b|\bAccessAsUser\b/g,
  /\bpostMessage\b|\bMessageChannel\b|\bdiagnostics_channel\b/g,
  /\buser(?:[-_]agent|Agent|[ -]name)\b/gi,
  /(?:upper|lower)[-_]?case/gi,
]

/** Names of others that we must write as they are, and where. */
const ALLOWED = [
  { path: /^src\/jobs\//, words: ['task'], because: "graphile-worker's API calls jobs tasks" },
  {
    path: /^src\/tickets\/search\.queries/,
    words: ['operator'],
    because: 'the setting cpu_operator_cost of Postgres',
  },
  {
    path: /^src\/mail\//,
    words: ['user', 'post', 'comment'],
    because: "what others' mail says and its grammar names",
  },
  { path: /^src\/mail\/(?:clean-html|html-text)/, words: ['article'], because: 'the HTML element' },
  { path: /^src\/web\//, words: ['article'], because: 'the HTML element, as <article>' },
  { path: /^src\/web\/.*\.tsx$/, words: ['user'], because: 'icons of lucide' },
  { path: /^src\/web\/vite\.config/, words: ['post'], because: "a plugin's place in Vite" },
  { path: /^src\/web\/(?:call|connect\/use-live-check)/, words: ['post'], because: 'the method of HTTP' },
  { path: /^src\/web\/next-turn/, words: ['channel'], because: 'of the browser' },
  { path: /^src\/outbound\/auto-reply-rule/, words: ['post'], because: 'the field List-Post' },
  {
    path: /^src\/(?:mailboxes|practice)\//,
    words: ['user'],
    because: 'what signs in at a server, by SASL and OAuth',
  },
  { path: /^src\/(?:db|inbound)\//, words: ['user'], because: "the system's: who runs Postgres, CPU time" },
  {
    path: /^src\/(?:lib\/(?:parse-template|scan-tags)|outbound\/html-places)/,
    words: ['comment'],
    because: 'comments of templates and of HTML',
  },
  {
    path: /^src\/(?:health|shared\/health)|en\.json$/,
    words: ['post'],
    because: 'what is done to a webhook',
  },
  { path: /^src\/(?:db\/listen|lib\/transitions)/, words: ['channel'], because: 'of NOTIFY, and of Node' },
  {
    path: /^src\/(?:agents|shared|tickets|web)\/.*notification|^src\/web\/bell\/|^src\/shared\/vocabulary|^src\/outbound\/|en\.json$/,
    words: ['channel'],
    because: 'by which an agent is told of something',
  },
  { path: /^src\/search\/stem/, words: ['case'], because: 'cases of nouns' },
]

export default function check(root) {
  const code = codeFiles(root, ['src'])
  const sql = sourceFiles(root, ['migrations'], ['.sql'])
  const texts = sourceFiles(root, ['src', 'templates'], ['/en.json', '.hbs'])
  const faults = [
    ...code.flatMap(file => faultsIn(file, withoutKeyword(withoutProse(file.text)))),
    ...sql.flatMap(file => faultsIn(file, withoutKeyword(withoutSqlComments(file.text)))),
    ...texts.flatMap(file => faultsIn(file, file.text)),
  ]
  return { read: code.length + sql.length + texts.length, faults }
}

function faultsIn({ path, text }, prose) {
  const searched = NOT_OURS.reduce((rest, pattern) => rest.replace(pattern, blank), prose)
  const say = (match, instead) => `${path}:${lineAt(text, match.index)} "${match[0]}": our word is ${instead}`
  const pairs = BANNED_PAIRS.flatMap(([pattern, instead]) =>
    [...searched.matchAll(pattern)].map(match => say(match, instead)),
  )
  const words = [...searched.matchAll(/[\p{L}\d_]+/gu)].flatMap(match =>
    partsOf(match[0]).flatMap(part => {
      const word = BANNED.has(part) ? part : part.replace(/s$/, '')
      return BANNED.has(word) && !isAllowed(path, word) ? [say(match, BANNED.get(word))] : []
    }),
  )
  return [...pairs, ...words]
}

/** camelCase, snake_case and SCREAMING_CASE names as lower-case words. */
function partsOf(name) {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
}

function isAllowed(path, word) {
  return ALLOWED.some(rule => rule.path.test(path) && rule.words.includes(word))
}

/** `case` of a switch and of SQL. */
function withoutKeyword(text) {
  return text.replace(/\bcase\b/gi, blank)
}

/** Comments may quote other products and RFCs; blanks keep the offsets. */
function withoutProse(text) {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(,])\/\/[^\n]*/g, blank)
}

function withoutSqlComments(text) {
  return text.replace(/--[^\n]*/g, blank)
}

const blank = text => text.replace(/[^\n]/g, ' ')
