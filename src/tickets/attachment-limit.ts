import { AppError } from '../lib/app-error.ts'

const base64LineChars = 76 // RFC 2045 §6.8
const lineEndChars = 2

/** The largest file that fits a mail of this encoded size: base64 makes four bytes of three, in whole lines. */
export function largestFileBytes(maxEncodedBytes: number): number {
  const lines = Math.floor(maxEncodedBytes / (base64LineChars + lineEndChars))
  return lines * ((base64LineChars / 4) * 3)
}

/** The refusal of a file too large for one mail; names the limit for the file itself, in bytes. */
export function attachmentTooLarge(maxEncodedBytes: number): AppError {
  const limitBytes = largestFileBytes(maxEncodedBytes)
  return new AppError('attachment-too-large', `the file is larger than ${limitBytes} bytes`, {
    limitBytes,
    encodedLimitBytes: maxEncodedBytes,
  })
}
