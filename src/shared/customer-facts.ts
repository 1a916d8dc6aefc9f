import { Type } from 'typebox'
import { exactly, nullable } from './schemas.ts'

/** What a ticket tells of its customer beside name and address. */
export const CustomerFacts = exactly({
  /** BCP 47 primary tag of the language the customer last wrote in; null when unknown. */
  customerLanguage: nullable(Type.String()),
  /** How far the clock of their mail is from UTC, in minutes to the east; null when unknown. */
  customerUtcOffsetMinutes: nullable(Type.Integer()),
})
