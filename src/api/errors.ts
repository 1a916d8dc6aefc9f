import type { FastifyError } from 'fastify'
import { isConnectionLoss, isOutOfSpace } from '../db/faults.ts'
import { AppError, RemoteFault } from '../lib/app-error.ts'
import type { Problem } from '../shared/schemas.ts'

/** The one place where a failure's code becomes an HTTP status. Codes not listed are our own mistake: 500. */
const statusByCode: Readonly<Record<string, number>> = {
  'not-found': 404,
  'not-signed-in': 401,
  'wrong-credentials': 401,
  'no-permission': 403,
  'csrf-token-missing': 403,
  'foreign-origin': 403,
  'setup-link-needed': 403,
  'too-many-attempts': 429,
  'already-set-up': 409,
  'email-taken': 409,
  'team-name-taken': 409,
  'last-owner': 409,
  'link-invalid': 410,
  'blob-lost': 410,
  'not-invited': 409,
  'attachment-too-large': 413,
  'body-too-large': 413,
  'not-bytes': 415,
  'mailbox-exists': 409,
  'mailbox-check-failed': 422,
  'sending-began': 409,
  'not-scheduled': 409,
  'not-waiting': 409,
  'handed-over': 409,
  'bad-send-time': 422,
  'bad-snooze-time': 422,
  'no-action': 422,
  'not-snoozable': 409,
  'not-uncertain': 409,
  'ticket-changed': 409,
  'draft-changed': 409,
  'idempotency-key-reused': 422,
  'bad-idempotency-key': 400,
  'bad-address': 422,
  'too-many-recipients': 422,
  'no-recipient': 422,
  'own-address': 422,
  'unknown-sender': 422,
  'unknown-upload': 422,
  'unknown-agent': 422,
  'unknown-team': 422,
  'team-not-in-mailbox': 422,
  'unknown-mailbox': 422,
  'agent-cannot-use-mailbox': 422,
  'bad-cursor': 400,
  'bad-search': 400,
  'bad-time-zone': 422,
  'bad-shortcut': 422,
  'practice-exists': 409,
  'no-practice': 409,
  'no-practice-server': 409,
  'bad-template': 422,
  'bad-saved-reply': 422,
  'unfilled-variable': 422,
  'no-words': 422,
  'words-too-long': 422,
  'bad-hours': 422,
  'foreign-server': 422,
  'no-imap-server': 422,
  'cannot-open-secret': 409,
  'no-folder': 422,
  'all-mail-alone': 422,
  'unknown-folder': 422,
  'cannot-move-mail': 422,
  'bad-certificate': 422,
  'template-changed': 409,
  'not-quarantined': 409,
  'same-ticket': 422,
  'same-customer': 422,
  'customer-elsewhere': 403,
  'customer-note-too-long': 409,
  'customer-field-name-taken': 409,
  'customer-field-changed': 409,
  'customer-field-in-use': 409,
  'too-many-customer-fields': 409,
  'bad-field-name': 422,
  'bad-field-options': 422,
  'option-name-taken': 422,
  'unknown-customer-field': 422,
  'bad-text-value': 422,
  'bad-number-value': 422,
  'bad-date-value': 422,
  'bad-yes-no-value': 422,
  'bad-choice-value': 422,
  'bad-link-value': 422,
  'ticket-merged': 409,
  'other-mailbox': 409,
  'other-kind-of-mailbox': 409,
  'only-message': 409,
  'already-undone': 409,
  'moved-since': 409,
  'changed-since': 409,
  'not-a-twin': 409,
  'twin-follows': 409,
  'too-many-views': 409,
  'bad-webhook': 422,
  'webhook-refused': 422,
  'bad-sign-in-app': 422,
  'sign-in-app-used': 409,
  'base-url-unfit': 409,
  'consent-unknown': 410,
  'consent-refused': 422,
  'other-address': 422,
  'scope-missing': 422,
  'no-refresh-token': 422,
  'grant-ended': 422,
  'sign-in-answer-wrong': 422,
  'app-secret-refused': 422,
  'app-unknown': 422,
  'app-not-permitted': 422,
  'redirect-refused': 422,
  'issuer-unknown': 422,
  'admin-approval-needed': 422,
  'outside-organisation': 422,
  'sign-in-refused': 422,
  'search-too-slow': 503,
  'database-unavailable': 503,
}

/**
 * What a refused request is answered with: status and RFC 9457 body, without stack or SQL.
 *
 * @param known.isDatabaseDiskFull why the database does not answer
 */
export function describeProblem(
  error: unknown,
  requestId: string,
  known = { isDatabaseDiskFull: false },
): Problem & { status: number } {
  const { status, code, detail, extra } = known.isDatabaseDiskFull ? databaseDiskFull : classify(error)
  return {
    type: `about:blank#${code}`,
    title: titleOf(code),
    status,
    code,
    requestId,
    ...(detail === undefined ? {} : { detail }),
    ...extra,
  }
}

type Classified = { status: number; code: string; detail?: string; extra?: Partial<Problem> }

const diskFull: Classified = {
  status: 503,
  code: 'disk-full',
  detail: 'a disk of the server is full, so nothing was changed: free some space, then try again',
}

const databaseDiskFull: Classified = {
  status: 503,
  code: 'database-disk-full',
  detail:
    'the disk of the server is full, so its database stopped: free some space, then it starts by itself',
}

function classify(error: unknown): Classified {
  if (isConnectionLoss(error)) return { status: 503, code: 'database-unavailable' }
  if (isOutOfSpace(error)) return diskFull
  if (error instanceof AppError) return classifyOurs(error)
  const fault = error as Partial<FastifyError>
  if (fault.validation) return malformed(fault)
  if (fault.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { status: 413, code: 'body-too-large' }
  if (fault.statusCode && fault.statusCode < 500) {
    return { status: fault.statusCode, code: 'bad-request', detail: fault.message ?? '' }
  }
  return { status: 500, code: 'internal-error' }
}

function classifyOurs(error: AppError): Classified {
  const status = statusByCode[error.code] ?? (error instanceof RemoteFault ? 502 : 500)
  if (status === 500) return { status, code: 'internal-error' }
  return { status, code: error.code, detail: error.message, extra: { details: { ...error.details } } }
}

function malformed(fault: Partial<FastifyError>): Classified {
  const fields = (fault.validation ?? []).map(problem => ({
    field: fieldOf(problem, fault.validationContext ?? 'body'),
    problem: problem.message ?? 'is not valid',
  }))
  return { status: 400, code: 'bad-request', detail: fault.message ?? '', extra: { fields } }
}

function fieldOf(
  problem: { instancePath?: string; params?: Record<string, unknown> },
  context: string,
): string {
  const path = (problem.instancePath ?? '').replaceAll('/', '.').replace(/^\./, '')
  const named = [problem.params?.requiredProperties, problem.params?.additionalProperties].flat()[0]
  return [context, path, named].filter(part => typeof part === 'string' && part !== '').join('.')
}

function titleOf(code: string): string {
  const words = code.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
