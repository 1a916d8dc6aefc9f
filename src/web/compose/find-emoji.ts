import { foldWords } from '../palette/fold-words.ts'

/** An emoji with its name; `folded` holds the name and the words that lead to it, each in a line, as foldWords makes them. */
export type Emoji = { emoji: string; name: string; folded: string }

// What stands in mails to customers; the order is that of the offer before a letter is typed.
const COMMON = '👍 🙂 😊 🙏 🎉 ❤️ ✅ 👋 😀 😄 😉 👌 👏 💡 ⚠️ 📎 📅 📞 ✉️ 🔧 🚀 ⭐ ☕ 😅 😕 😢'.split(' ')

/**
 * The emoji that fit what was typed, best first: a word that is exactly it, then names and words that begin so, then a later
 * word of them. Among equals those used last, then the common ones.
 *
 * @param typed its letters, `_` between words
 * @param used the last ones used, newest first
 * @returns at most `limit`; `isExact`: one of its words is what was typed
 */
export function findEmoji(
  known: readonly Emoji[],
  typed: string,
  used: readonly string[],
  limit: number,
): (Emoji & { isExact: boolean })[] {
  const wanted = foldWords(typed.replaceAll('_', ' ')).trim()
  const leading = [...used, ...COMMON]
  const rankOf = ({ emoji }: Emoji) => {
    const place = leading.indexOf(emoji)
    return place < 0 ? leading.length : place
  }
  return known
    .map(one => ({ ...one, fit: fitOf(one, wanted) }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit || rankOf(a) - rankOf(b))
    .slice(0, limit)
    .map(({ fit, ...one }) => ({ ...one, isExact: fit === EXACT }))
}

const EXACT = 3

function fitOf({ folded }: Emoji, wanted: string): number {
  if (wanted === '') return 1
  if (folded.includes(`\n ${wanted}\n`)) return EXACT
  if (folded.includes(`\n ${wanted}`)) return 2
  return folded.includes(` ${wanted}`) ? 1 : 0
}
