import { AppError } from '../lib/app-error.ts'
import { largestFileBytes } from '../shared/encoded-size.ts'

/** The refusal of a file too large for one mail; names the limit for the file itself, in bytes. */
export function attachmentTooLarge(maxEncodedBytes: number): AppError {
  const limitBytes = largestFileBytes(maxEncodedBytes)
  return new AppError('attachment-too-large', `the file is larger than ${limitBytes} bytes`, {
    limitBytes,
    encodedLimitBytes: maxEncodedBytes,
  })
}
