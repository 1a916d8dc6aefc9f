/** Why tickets were deleted for good: the days of the Trash were over, somebody chose them, or somebody emptied it. */
export const ERASURE_KINDS = ['retention', 'chosen', 'emptied'] as const
export type ErasureKind = (typeof ERASURE_KINDS)[number]
