import type { CheckStep } from '../../shared/mailbox-checks.ts'

/** The lines of a check as text for whoever helps: servers, codes and the servers' words; never a password. */
export function reportOf(steps: readonly CheckStep[]): string {
  return steps.map(lineOf).join('\n')
}

function lineOf({ step, ok, code, detail, tookMs, facts }: CheckStep): string {
  const server = facts?.server
  const certificate = facts?.certificate
  const parts = [
    `${ok ? 'ok' : 'FAILED'} ${step}`,
    server && `${server.host}:${server.port} ${server.security}`,
    facts?.tlsVersion,
    certificate &&
      `certificate for ${certificate.names.join(', ')} until ${certificate.validUntil} ${certificate.sha256}`,
    code,
    detail && `"${detail}"`,
    `${tookMs} ms`,
  ]
  return parts.filter(part => part !== undefined && part !== null && part !== '').join(' · ')
}
