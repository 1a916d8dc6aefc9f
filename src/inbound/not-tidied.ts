import { AppError } from '../lib/app-error.ts'
import type { ChangeRefused } from '../mailboxes/imap-changes.ts'

/** Why filed mail is not marked as read or moved on its server; the connection lives. */
export class NotTidied extends AppError {
  constructor(code: string, responseCode: string | null = null) {
    super(code, 'the server did not take a change of filed mail', { responseCode })
  }
}

/** @throws NotTidied where the server refused a change */
export function refuse(answer: ChangeRefused): void {
  if (answer !== undefined) throw new NotTidied('after-refused', answer.responseCode)
}
