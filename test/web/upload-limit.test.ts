import { expect, test } from 'vitest'
import { largestFileBytes } from '../../src/shared/encoded-size.ts'
import { refuseSize } from '../../src/web/compose/upload-limit.ts'

const maxMailBytes = 25 * 1_048_576
const limits = { maxMailBytes, maxFileBytes: largestFileBytes(maxMailBytes) }
const half = { sizeBytes: Math.ceil(limits.maxFileBytes / 2) + 57 }

test('a file too large for any mail, or beside those attached, is refused before it is uploaded, by the server’s count', () => {
  const refused = [
    refuseSize(30 * 1_048_576, [], limits),
    refuseSize(limits.maxFileBytes, [], limits),
    refuseSize(half.sizeBytes, [half], limits),
    refuseSize(half.sizeBytes - 200, [half], limits),
    refuseSize(30 * 1_048_576, [], undefined),
  ]

  expect(refused.map(fault => fault?.code)).toEqual([
    'attachment-too-large',
    undefined,
    'files-too-large',
    undefined,
    undefined,
  ])
  expect(refused[0]?.problem?.details).toEqual({ limitBytes: limits.maxFileBytes })
})
