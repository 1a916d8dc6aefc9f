import { startLetterdesk } from '../support/letterdesk.ts'
import { openDesk } from './the-desk.ts'

// What a test file imports first: the product with the Postgres it carries.
openDesk({ start: startLetterdesk })
