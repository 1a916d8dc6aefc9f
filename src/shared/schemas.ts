import { type Static, type TSchema, type TUnsafe, Type } from 'typebox'
import { LANGUAGES } from './vocabulary.ts'

/** A string that is one of the given words. */
export function oneOf<const W extends readonly string[]>(words: W): TUnsafe<W[number]> {
  return Type.Unsafe<W[number]>({ type: 'string', enum: [...words] })
}

/** What somebody calls a thing: one line, and more than blanks. */
export function lineName(maxLength: number) {
  return Type.String({ minLength: 1, maxLength, pattern: '^[^\\x00-\\x1f\\x7f]*\\S[^\\x00-\\x1f\\x7f]*$' })
}

/** A value that may be null. */
export function nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()])
}

/** An object with exactly these keys: an unknown key in a request is refused, in a reply is stripped. */
export function exactly<P extends Record<string, TSchema>>(properties: P) {
  return Type.Object(properties, { additionalProperties: false })
}

/** An internal key, or the number of a ticket: what a JSON number holds without loss. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** RFC 3339, UTC. */
export const Instant = Type.String({ format: 'date-time' })

/** An addr-spec as typed by a person; validated again by `mail/address.ts` before it is used. */
export const EmailAddress = Type.String({
  minLength: 3,
  maxLength: 320,
  pattern: '^[^\\s\\x00-\\x1f\\x7f\\ufffd@<>,;:"()]+@[^\\s\\x00-\\x1f\\x7f\\ufffd@<>,;:"()]+$',
})

/**
 * An agent's words as HTML: `<p>` is a line, and `<strong> <em> <code> <a href> <ul> <ol> <li> <blockquote> <pre>` have
 * their looks; `<img data-upload="ID">` places an upload, `<span data-mention="ID">` names an agent, `team-ID` a team.
 * Of all else the text stays. Counts before `text`.
 */
export const RichWords = Type.String({ maxLength: 1_000_000 })

export const LanguageWord = oneOf(LANGUAGES)

/** One correspondent as shown. */
export const Correspondent = exactly({ name: nullable(Type.String()), address: Type.String() })
export type Correspondent = Static<typeof Correspondent>

export const IdParams = exactly({ id: Id })

/** Keyset pages: pass `nextCursor` back as `cursor`; null means the last page. */
export const pageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
}

/** Rows of a list, and the cursor that asks for the next ones. */
export function page<S extends TSchema>(item: S) {
  return exactly({ data: Type.Array(item), nextCursor: nullable(Type.String()) })
}

/** RFC 9457 problem details: what every refusal answers with. `code` is stable. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.Optional(Type.String()),
    requestId: Type.Optional(Type.String()),
    fields: Type.Optional(Type.Array(Type.Object({ field: Type.String(), problem: Type.String() }))),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { $id: 'Problem' },
)
export type Problem = Static<typeof Problem>
