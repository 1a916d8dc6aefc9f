import { encodedBytes } from '../../shared/encoded-size.ts'
import type { Limits } from '../../shared/limits.ts'
import { CallFailed } from '../call.ts'

/**
 * Why a file cannot go with a reply, before a byte of it is uploaded: it is too large for any mail, or with what is
 * attached already.
 */
export function refuseSize(
  sizeBytes: number,
  attached: readonly { sizeBytes: number }[],
  limits: Limits | undefined,
): CallFailed | undefined {
  if (limits === undefined) return undefined
  if (sizeBytes > limits.maxFileBytes) return refusal('attachment-too-large', limits)
  const together = [...attached, { sizeBytes }].reduce((sum, file) => sum + encodedBytes(file.sizeBytes), 0)
  return together > limits.maxMailBytes ? refusal('files-too-large', limits) : undefined
}

function refusal(code: string, { maxFileBytes: limitBytes }: Limits): CallFailed {
  const problem = { type: `about:blank#${code}`, title: code, status: 413, code, details: { limitBytes } }
  return new CallFailed(code, 413, problem)
}
