// base64 makes four characters of three bytes, in lines of 76 with their ends (RFC 2045 §6.8).
const lineBytes = 57
const lineChars = 78

/** How many bytes a file takes up in a mail. */
export function encodedBytes(sizeBytes: number): number {
  return Math.ceil(sizeBytes / lineBytes) * lineChars
}

/** The largest file whose encoded size is within a limit, in bytes. */
export function largestFileBytes(maxEncodedBytes: number): number {
  return Math.floor(maxEncodedBytes / lineChars) * lineBytes
}
