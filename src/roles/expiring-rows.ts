import { deleteExpiredAttempts } from '../agents/attempts.ts'
import { deleteExpiredLinks } from '../agents/links.ts'
import { deleteExpiredSessions } from '../agents/sessions.ts'
import { deleteExpiredFields } from '../customers/customer-fields.ts'
import { deleteExpiredFlows } from '../inbound/sender-flow.ts'
import type { ExpiringRows } from '../jobs/clean-up.ts'
import { deleteExpiredDkimKeys } from '../mailboxes/dkim-keys.ts'
import { deleteExpiredDecisions } from '../outbound/automatic-mail.ts'
import { deleteExpiredAnswers } from '../tickets/answer-once.ts'
import { deleteExpiredPresence, deleteExpiredSightings } from '../tickets/presence.ts'
import { deleteExpiredUploads } from '../tickets/store-upload.ts'
import { deleteExpiredActions } from '../tickets/undo-action.ts'
import { deleteExpiredViews } from '../tickets/views.ts'

/** All that the job `clean_up` deletes; for how long each stays is in docs/retention.md too. */
export const EXPIRING_ROWS: ExpiringRows = {
  sessions: deleteExpiredSessions,
  links: deleteExpiredLinks,
  uploads: deleteExpiredUploads,
  attempts: deleteExpiredAttempts,
  senderFlows: deleteExpiredFlows,
  automaticMail: deleteExpiredDecisions,
  actions: deleteExpiredActions,
  views: deleteExpiredViews,
  customerFields: deleteExpiredFields,
  dkimKeys: deleteExpiredDkimKeys,
  presence: deleteExpiredPresence,
  ticketsSeen: deleteExpiredSightings,
  answers: deleteExpiredAnswers,
}
