/**
 * Words of a document, each with the places where it stands, rising: the words of a phrase have places that follow each
 * other. What is no word of a text (stems, pieces, kinds) has none. `hasPlaces`: they are all known; else none counts.
 */
export type SearchWords = { words: ReadonlyMap<string, readonly number[] | null>; hasPlaces: boolean }

const MAX_WORDS = 20_000 // more are no text that anybody wrote, and make the index dear
const MAX_BYTES = 700_000 // a tsvector holds 1 MB, of which places take at most 130 kB
const MAX_PIECES = 4_000
const MAX_PLACE = 16_383 // the highest a tsvector can hold
const MAX_PLACES_OF_WORD = 255 // and how many of one word

/** Gathers the words of one document, and where they stand, within the bounds of what a row can hold. */
export class WordSet {
  private readonly found = new Map<string, number[] | null>()
  private bytes = 0
  private pieces = 0
  private place = 0
  private gap = 1
  private hasPlaces = true

  /** What follows is another text: no phrase goes on from one to the next. */
  beginText(): void {
    this.gap = 1
  }

  /** The place of the next part of the text. */
  nextPlace(): number {
    this.place += 1 + this.gap
    this.gap = 0
    return this.place
  }

  /** Something of the document has no place here: whoever looks for a phrase reads its texts. */
  losePlaces(): void {
    this.hasPlaces = false
  }

  /** False once the document has all the words it may have. @param place of what stands nowhere itself none */
  add(word: string, place?: number): boolean {
    if (word === '') return true
    const known = this.found.get(word)
    if (known === undefined && !this.hasRoomFor(word)) return false
    if (place !== undefined && this.hasPlaces) this.addPlace(word, known ?? [], place)
    else if (known === undefined) this.found.set(word, null)
    return true
  }

  /** False once there are as many pieces as there may be. */
  addPiece(piece: string): boolean {
    if (this.pieces >= MAX_PIECES) return false
    this.pieces++
    this.add(piece)
    return true
  }

  all(): SearchWords {
    return { words: this.found, hasPlaces: this.hasPlaces }
  }

  private addPlace(word: string, places: number[], place: number): void {
    places.push(place)
    if (places.length === 1) this.found.set(word, places)
    if (place > MAX_PLACE || places.length > MAX_PLACES_OF_WORD) this.losePlaces()
  }

  private hasRoomFor(word: string): boolean {
    const bytes = Buffer.byteLength(word) + 8
    if (this.found.size >= MAX_WORDS || this.bytes + bytes > MAX_BYTES) return false
    this.bytes += bytes
    return true
  }
}

/** Words as tsvector text: each in quotes, with quotes and backslashes doubled, then its places. */
export function vectorText({ words, hasPlaces }: SearchWords): string {
  let text = ''
  for (const [word, places] of words) {
    text += ` '${HAS_SIGN.test(word) ? word.replace(SIGNS, '$&$&') : word}'`
    if (places !== null && hasPlaces) text += `:${places.length === 1 ? places[0] : places.join()}`
  }
  return text.slice(1)
}

const SIGNS = /['\\]/g
const HAS_SIGN = /['\\]/
