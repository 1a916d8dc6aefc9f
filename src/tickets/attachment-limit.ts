import { AppError } from '../lib/app-error.ts'

const base64LineChars = 76 // RFC 2045 §6.8
const lineEndChars = 2

/** How many bytes a file takes in a mail: base64 makes four of three, and adds a line end every 76. */
export function encodedSizeBytes(sizeBytes: number): number {
  const chars = Math.ceil(sizeBytes / 3) * 4
  return chars + Math.ceil(chars / base64LineChars) * lineEndChars
}

/** The largest file that fits a mail of this encoded size. */
export function largestFileBytes(maxEncodedBytes: number): number {
  const linesOf57 = Math.floor(maxEncodedBytes / (base64LineChars + lineEndChars))
  return linesOf57 * ((base64LineChars / 4) * 3)
}

/** The refusal of a file too large for one mail; names the limit for the file itself, in bytes. */
export function attachmentTooLarge(maxEncodedBytes: number): AppError {
  const limitBytes = largestFileBytes(maxEncodedBytes)
  return new AppError('attachment-too-large', `the file is larger than ${limitBytes} bytes`, {
    limitBytes,
    encodedLimitBytes: maxEncodedBytes,
  })
}
