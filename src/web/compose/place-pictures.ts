import { shrinkPicture } from './shrink-picture.ts'

/** A picture in the text as it is shown: its upload, what it is called, and how wide it stands. */
export type PlacedPicture = { uploadId: string; alt: string; width: number | null }

// Pixels to a side: larger pictures are scaled down.
const MAX_PIXELS = 1_600
// As wide as the text of a mail: Outlook shows a picture by its width alone.
const SHOWN_PX = 640

/** Whether every mail program shows this kind of file in a text. */
export function isPlaceable(file: File): boolean {
  return /^image\/(?:png|jpeg|gif|webp)$/.test(file.type)
}

/** A picture made ready for the text: scaled down where it is larger than any screen needs, and named. */
export async function readyPicture(file: File): Promise<{ file: File; width: number | null }> {
  try {
    const picture = await createImageBitmap(file)
    const { width, height } = picture
    picture.close()
    const isLarge = Math.max(width, height) > MAX_PIXELS && file.type !== 'image/gif'
    return { file: isLarge ? await shrinkPicture(file) : file, width: Math.min(width, SHOWN_PX) }
  } catch {
    // Not one that this browser reads: it is sent as it is.
    return { file, width: null }
  }
}
