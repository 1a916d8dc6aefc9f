/** Facts of a failure, safe to log and to hand to the API: no secrets, no mail text. */
export type ErrorDetails = Readonly<Record<string, unknown>>

/**
 * The base of every failure we raise on purpose.
 *
 * `code` is stable and kebab-case (`wrong-password`); the API maps it to a status in
 * `api/errors.ts` and the web app to words in the reader's language. `message` is for the log.
 * The origin goes into `cause`.
 */
export class AppError extends Error {
  readonly code: string
  readonly details: ErrorDetails

  constructor(code: string, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.details = details
  }
}

/** Something asked for by id is not there, or the asker may not know that it is. */
export class NotFound extends AppError {
  constructor(what: string, details: ErrorDetails = {}) {
    super('not-found', `${what} not found`, { what, ...details })
  }
}

/** A remote server or a temporary resource failed; `retry` says whether trying again can help. */
export class RemoteFault extends AppError {
  readonly retry: boolean

  constructor(
    code: string,
    message: string,
    details: ErrorDetails & { retry: boolean },
    options?: ErrorOptions,
  ) {
    super(code, message, details, options)
    this.retry = details.retry
  }
}

/** What a caught unknown says, as one line for a log or a stored reason. */
export function describeError(error: unknown): string {
  if (error instanceof AppError) return `${error.code}: ${error.message}`
  return error instanceof Error ? error.message : String(error)
}

/** Where a caught unknown was thrown, for the log of a failure that nobody foresaw; undefined of what is no Error. */
export function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined
}
