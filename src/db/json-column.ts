import type { ColumnType } from 'kysely'

/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/**
 * A jsonb column: read as a value, written as text (`JSON.stringify`), since pg would send an array
 * of JavaScript as an array of Postgres. NUL is not allowed inside.
 */
export type Json = ColumnType<JsonValue, string, string>
