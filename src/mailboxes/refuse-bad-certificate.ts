import { X509Certificate } from 'node:crypto'
import { AppError } from '../lib/app-error.ts'
import type { MailServer } from './mail-server.ts'

/** @throws AppError `bad-certificate` where the one to be pinned to a server cannot be read */
export function refuseBadCertificate(server: MailServer | undefined): void {
  if (server?.certificate === undefined) return
  try {
    new X509Certificate(server.certificate)
  } catch (cause) {
    throw new AppError(
      'bad-certificate',
      'the pinned certificate cannot be read',
      { host: server.host },
      { cause },
    )
  }
}
