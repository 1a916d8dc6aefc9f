import { type Logger, pino } from 'pino'

/** The log every part receives: one JSON object a line on stdout. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child' | 'level'>

/** What `LOG_LEVEL` accepts. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * Makes the process's log. Ids and codes only: subjects, bodies, addresses and credentials
 * are never passed to it at `info` and above.
 */
export function createLog(options: { level: LogLevel }): Log {
  return pino({
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }) },
    redact: { paths: ['password', '*.password', 'token', '*.token', 'req.headers'], remove: true },
  })
}
