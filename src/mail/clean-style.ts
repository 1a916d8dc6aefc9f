// What a mail may say about its own looks. No position, float of overlays, content, cursor, background
// pictures, variables or animation: a mail must not draw over the page or tell its sender that it is read.
const PROPERTIES: ReadonlySet<string> = new Set(
  `background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width
  border-collapse border-color border-left border-left-color border-left-style border-left-width
  border-radius border-right border-right-color border-right-style border-right-width border-spacing
  border-style border-top border-top-color border-top-style border-top-width border-width caption-side
  clear color direction display float font font-family font-size font-style font-variant font-weight
  height letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right
  margin-top max-height max-width min-height min-width padding padding-bottom padding-left padding-right
  padding-top table-layout text-align text-decoration text-indent text-transform unicode-bidi
  vertical-align white-space width word-break word-spacing word-wrap overflow-wrap`.split(/\s+/),
)

// Function calls that compute colours only. `url(`, `var(`, `expression(`, `image-set(`… are not here.
const COLOUR_CALLS = /\b(?:rgb|rgba|hsl|hsla)\(/gi
// A backslash can spell any word, `@` and braces end the declaration, `<` and `>` belong to markup.
const UNSAFE_VALUE = /[\\@{}<>]|\/\*|url|expression|javascript|-moz-binding|behavior/i
// The page makes the frame as high as its content: a length measured by the frame makes both grow without
// end. Five digits before the point are no length of a mail.
const UNBOUNDED =
  /(?<![\d.])\d{5,}|\de[+-]?\d|\d(?:[sld]?v(?:h|w|i|b|min|max)|cq(?:w|h|i|b|min|max))(?![a-z])/i
const HEX_COLOURS = /#[0-9a-f]{3,8}(?![0-9a-z])/gi
const MAX_STYLE_CHARS = 2_000
const MAX_VALUE_CHARS = 200

/**
 * The declarations of a style attribute that may stay, in order; '' when none may. Linear, and
 * independent of the browser's CSS: a declaration is kept only when it holds nothing but words,
 * numbers and colours of a listed property.
 */
export function cleanStyle(style: string): string {
  const kept: string[] = []
  for (const declaration of style.slice(0, MAX_STYLE_CHARS).split(';')) {
    const colon = declaration.indexOf(':')
    const property = declaration.slice(0, Math.max(colon, 0)).trim().toLowerCase()
    const value = declaration.slice(colon + 1).trim()
    if (PROPERTIES.has(property) && isSafeValue(property, value)) kept.push(`${property}:${value}`)
  }
  return kept.join(';')
}

function isSafeValue(property: string, value: string): boolean {
  if (value === '' || value.length > MAX_VALUE_CHARS || UNSAFE_VALUE.test(value)) return false
  if (value.replace(COLOUR_CALLS, '').includes('(')) return false
  if (UNBOUNDED.test(value.replace(HEX_COLOURS, ''))) return false
  if (property.startsWith('margin') && value.includes('-')) return false // pulls text over other text
  if (property === 'unicode-bidi' && /override/i.test(value)) return false // shows other words than the text has
  return property !== 'display' || /^(block|inline|inline-block|list-item|none|table[a-z-]*)\b/i.test(value)
}
