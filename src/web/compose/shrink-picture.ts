// Pixels to a side: no mail needs a picture larger than this.
const MAX_PIXELS = 1_600
const QUALITY = 0.8

/** A picture redrawn with 1,600 px at most to a side, as JPEG; as it was where that is no smaller. */
export async function shrinkPicture(file: File): Promise<File> {
  const picture = await createImageBitmap(file)
  try {
    const scale = Math.min(1, MAX_PIXELS / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(picture.width * scale))
    canvas.height = Math.max(1, Math.round(picture.height * scale))
    const pen = canvas.getContext('2d')
    if (pen === null) return file
    // JPEG has no transparency: what would be black is white, as on paper.
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const drawn = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/jpeg', QUALITY))
    if (drawn === null || drawn.size >= file.size) return file
    return new File([drawn], `${file.name.replace(/\.[^.]*$/, '')}.jpg`, { type: 'image/jpeg' })
  } finally {
    picture.close()
  }
}
