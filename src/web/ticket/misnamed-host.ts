// What reads as an address of the web or of a person. A bare name counts with its whole line alone, and not where it is a file's.
const WRITTEN_ADDRESS = /^(?:https?:\/\/|www\.)[^\s/?#]+/i
const WRITTEN_NAME = /^(?:[^\s@/]+@)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,24})(?:[:/?#]\S*)?$/u
const FILE_NAME = /\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|csv|txt|rtf|html?|zip|jpe?g|png|gif|js|json|xml|eml)$/i
const NOT_SEEN = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

/** The host of the address where the words of its link name another one. In ASCII, where look-alike letters are told apart. */
export function misnamedHost(words: string, href: string): string | undefined {
  if (!/^https?:/i.test(href)) return undefined
  const target = parsed(href)
  const named = namedHost(words.slice(0, 2_000).replace(NOT_SEEN, '').trim())
  if (target === undefined || named === undefined) return undefined
  // bank.example@elsewhere.example reads as the first and leads to the second.
  if (target.username !== '') return target.hostname
  return isWithin(target.hostname, named) || isWithin(named, target.hostname) ? undefined : target.hostname
}

function namedHost(words: string): string | undefined {
  const address = WRITTEN_ADDRESS.exec(words)?.[0]
  if (address !== undefined) return parsed(/^http/i.test(address) ? address : `https://${address}`)?.hostname
  const name = WRITTEN_NAME.exec(words)?.[1]
  return name === undefined || FILE_NAME.test(words) ? undefined : parsed(`https://${name}`)?.hostname
}

function isWithin(host: string, other: string): boolean {
  const [inner, outer] = [host, other].map(one => one.replace(/^www\./, ''))
  return inner === outer || inner?.endsWith(`.${outer}`) === true
}

function parsed(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined
}
