import type { MimePart } from './mime-tree.ts'

/** The parts below one that hold no further parts, in the order of the mail; the part itself where it holds none. */
export function leavesOf(part: MimePart): MimePart[] {
  return part.children.length === 0 ? [part] : part.children.flatMap(leavesOf)
}
