import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, Instant, LanguageWord, nullable, oneOf } from './schemas.ts'
import { MAIL_TEMPLATES, MAX_TEMPLATE_CHARS } from './template-variables.ts'

const Source = Type.String({ maxLength: MAX_TEMPLATE_CHARS })

/** The words of one mail in one language. `html` null: made from `text`, so that the two cannot differ. */
export const TemplateContent = exactly({
  subject: nullable(Type.String({ minLength: 1, maxLength: 300, pattern: '^[^\\r\\n]+$' })),
  text: Source,
  html: nullable(Source),
})
export type TemplateContent = Static<typeof TemplateContent>

/** What is wrong with a template and where; `line` and `column` from 1, 0 where it is about the whole. */
export const TemplateProblem = exactly({
  part: oneOf(['subject', 'text', 'html'] as const),
  code: Type.String(),
  line: Type.Integer(),
  column: Type.Integer(),
  name: Type.String(),
})
export type TemplateProblem = Static<typeof TemplateProblem>

const Which = exactly({ id: Id, name: oneOf(MAIL_TEMPLATES), language: LanguageWord })
const path = '/mailboxes/:id/templates/:name/:language'

/** One template of a mailbox in a list. `version` 0: nobody ever changed it. */
export const TemplateRow = exactly({
  name: oneOf(MAIL_TEMPLATES),
  language: LanguageWord,
  isOwn: Type.Boolean(),
  version: Type.Integer(),
  savedAt: nullable(Instant),
  agentId: nullable(Id),
  /** Since when it could not be written and the default went out in its place. */
  brokenSince: nullable(Instant),
})
export type TemplateRow = Static<typeof TemplateRow>

export const listTemplates = defineRoute({
  method: 'GET',
  path: '/mailboxes/:id/templates',
  access: 'admin',
  summary: 'The mails a mailbox writes, in each language: whether in its own words, and since when',
  params: exactly({ id: Id }),
  reply: exactly({ data: Type.Array(TemplateRow) }),
})

/** A saved version. `isDefault`: from then on the default held; `restoredFrom` is the version taken up again. */
export const TemplateVersion = exactly({
  version: Type.Integer(),
  savedAt: Instant,
  agentId: Id,
  isDefault: Type.Boolean(),
  restoredFrom: nullable(Type.Integer()),
})
export type TemplateVersion = Static<typeof TemplateVersion>

/** A template with its history, newest version first, at most 50. `defaultHtml` starts an own HTML. */
export const TemplateDetail = exactly({
  ...TemplateRow.properties,
  content: TemplateContent,
  defaults: TemplateContent,
  defaultHtml: Type.String(),
  problem: nullable(Type.String()),
  versions: Type.Array(TemplateVersion),
})
export type TemplateDetail = Static<typeof TemplateDetail>

export const getTemplate = defineRoute({
  method: 'GET',
  path,
  access: 'admin',
  summary: 'One template of a mailbox with the default it stands for and its versions',
  params: Which,
  reply: TemplateDetail,
})

export const getTemplateVersion = defineRoute({
  method: 'GET',
  path: `${path}/versions/:version`,
  access: 'admin',
  summary: 'The words of one version',
  params: exactly({ ...Which.properties, version: Type.Integer({ minimum: 1 }) }),
  reply: TemplateContent,
})

export const saveTemplate = defineRoute({
  method: 'PUT',
  path,
  access: 'admin',
  summary:
    'Save a new version: new words, those of an earlier version, or the default. `after` is the version it follows; 409 `template-changed` when there is a newer one, 422 `bad-template` with `problems` and the `known` variables',
  params: Which,
  body: exactly({
    after: Type.Integer({ minimum: 0 }),
    change: Type.Union([
      exactly({ content: TemplateContent }),
      exactly({ restore: Type.Integer({ minimum: 1 }) }),
      exactly({ useDefault: Type.Literal(true) }),
    ]),
  }),
  reply: TemplateDetail,
})

/** A mail as a template writes it, or what is wrong with the template. `html` is clean, for a sandboxed frame. */
export const TemplatePreview = exactly({
  problems: Type.Array(TemplateProblem),
  subject: Type.String(),
  text: Type.String(),
  html: Type.String(),
  /** The ticket whose values it shows; null where there is none and examples stand in. */
  ticketNumber: nullable(Type.Integer()),
})
export type TemplatePreview = Static<typeof TemplatePreview>

export const previewTemplate = defineRoute({
  method: 'POST',
  path: `${path}/preview`,
  access: 'admin',
  summary:
    'What a template would write for a ticket, the newest of the mailbox unless one is named; stores nothing',
  params: Which,
  body: exactly({ content: TemplateContent, ticketNumber: Type.Optional(Id) }),
  reply: TemplatePreview,
})

export const mailTemplateTest = defineRoute({
  method: 'POST',
  path: `${path}/test-mail`,
  access: 'admin',
  summary: 'Send the same mail through the mailbox to the own address; 20 an hour',
  params: Which,
  body: exactly({ content: TemplateContent, ticketNumber: Type.Optional(Id) }),
  reply: exactly({ sentTo: Type.String() }),
})
