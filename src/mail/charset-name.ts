// Labels met in mail that neither the Encoding Standard nor iconv-lite knows, and what they mean.
const ALIASES: Readonly<Record<string, string>> = {
  'ansi-x3.4-1968': 'us-ascii',
  'ansi_x3.4-1968': 'us-ascii',
  'iso-ir-6': 'us-ascii',
  'iso646-us': 'us-ascii',
  'iso_646.irv:1991': 'us-ascii',
  'x-us-ascii': 'us-ascii',
  cp20127: 'us-ascii',
  ascii: 'us-ascii',
  '7bit': 'us-ascii',
  '8bit': '',
  binary: '',
  default: '',
  default_charset: '',
  'unknown-8bit': '',
  'x-unknown': '',
  unknown: '',
  none: '',
  'x-user-defined': '',
  'user-defined': '',
  unicode: 'utf-16',
  'iso-10646-ucs-2': 'utf-16',
  'ucs-2': 'utf-16',
  ucs2: 'utf-16',
  utf: 'utf-8',
  'uft-8': 'utf-8',
  'unicode-1-1-utf-8': 'utf-8',
  cp65001: 'utf-8',
  cp65000: 'utf-7',
  cp1200: 'utf-16le',
  cp1201: 'utf-16be',
  cp932: 'shift_jis',
  'cp-932': 'shift_jis',
  'x-ms-cp932': 'shift_jis',
  'shift-jis': 'shift_jis',
  'shift_jis-ms': 'shift_jis',
  shift_jisx0213: 'shift_jis',
  shift_jis_2004: 'shift_jis',
  'x-sjis-jp': 'shift_jis',
  'x-euc-jp-ms': 'euc-jp',
  'euc-jp-ms': 'euc-jp',
  eucjp: 'euc-jp',
  eucjp_ms: 'euc-jp',
  euc_jisx0213: 'euc-jp',
  euc_jis_2004: 'euc-jp',
  cp51932: 'euc-jp',
  euckr: 'euc-kr',
  uhc: 'euc-kr',
  cp936: 'gbk',
  cp20936: 'gbk',
  'euc-cn': 'gbk',
  euccn: 'gbk',
  'x-gb2312': 'gbk',
  cp54936: 'gb18030',
  cp949: 'euc-kr',
  ms949: 'euc-kr',
  'ms-949': 'euc-kr',
  cp950: 'big5',
  'big5-eten': 'big5',
  'big-five': 'big5',
  hz: 'hz-gb-2312',
  'iso-8859-8-e': 'iso-8859-8',
  'iso-8859-6-i': 'iso-8859-6',
  'iso-8859-6-e': 'iso-8859-6',
  'koi8-ru': 'koi8-u',
  'koi8-unified': 'koi8-u',
  koi: 'koi8-r',
  'x-koi8-r': 'koi8-r',
  'x-koi8-u': 'koi8-u',
  mac: 'macintosh',
  macroman: 'macintosh',
  'mac-roman': 'macintosh',
  'x-macroman': 'macintosh',
  'mac-cyrillic': 'x-mac-cyrillic',
  maccyrillic: 'x-mac-cyrillic',
  'x-mac-ukrainian': 'x-mac-cyrillic',
  'x-mac-ce': 'maccenteuro',
  'mac-ce': 'maccenteuro',
  macce: 'maccenteuro',
  'x-mac-centraleurroman': 'maccenteuro',
  maclatin2: 'maccenteuro',
  'mac-latin2': 'maccenteuro',
  'x-mac-icelandic': 'maciceland',
  'x-mac-romanian': 'macromania',
  tis620: 'windows-874',
  'utf-7-imap': 'utf-7-imap',
  'imap-utf-7': 'utf-7-imap',
  'imap-utf7': 'utf-7-imap',
  'utf7-imap': 'utf-7-imap',
  'utf-7imap': 'utf-7-imap',
  'x-imap-modified-utf-7': 'utf-7-imap',
  'x-imap4-modified-utf7': 'utf-7-imap',
  'x-imap-modified-utf7': 'utf-7-imap',
  latin2: 'iso-8859-2',
  'pt-154': 'pt154',
  ptcp154: 'pt154',
  kz1048: 'rk1048',
  'kz-1048': 'rk1048',
  'hp-roman8': 'hproman8',
  'koi8-t': 'koi8t',
}

// Each pattern with what its first group becomes; tried in order.
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^utf[-_ ]?8/, 'utf-8'],
  [/^(?:x-)?(?:unicode-(?:1-1|2-0)-)?utf[-_]?7$/, 'utf-7'],
  [/^utf[-_]?16[-_]?(le|be)?/, 'utf-16$1'],
  [/^(?:ucs[-_]?4|utf[-_]?32)[-_]?(le|be)?/, 'utf-32$1'],
  [/^(?:x-)?(?:cp|win|windows|ms|ansi)[-_ ]?(125[0-8]|874)\b.*$/, 'windows-$1'],
  [/^(?:x-)?(?:cp|ibm|dos|oem|csibm|csibm0|cp-)[-_ ]?0{0,2}(\d{3})$/, 'cp$1'],
  [/^(?:x-)?iso[-_ ]?8859[-_ ]?(\d{1,2})(?::?\d{4})?$/, 'iso-8859-$1'],
  [/^(?:cs)?iso[-_]?2022[-_]?(jp|kr|cn)\b.*$/, 'iso-2022-$1'],
  [/^(?:x-)?koi8[-_ ]?([ru])$/, 'koi8-$1'],
  [/^(?:x-)?ks_?c[-_ ]?5601.*$/, 'euc-kr'],
  [/^(?:x-)?gb_?(?:2312|1988).*$/, 'gbk'],
  [/^(?:x-)?gb[-_ ]?18030.*$/, 'gb18030'],
  [/^(?:x-)?big[-_ ]?5.*$/, 'big5'],
]

/**
 * A charset's name from a label in any spelling, lower-case; '' where the label says nothing. Not
 * every name is one somebody here can decode.
 *
 * @param label as in `charset=` or an encoded word, with a language suffix or leftover quotes
 */
export function charsetName(label: string | null): string {
  const plain = (label ?? '')
    .slice(0, 60)
    .toLowerCase()
    .replace(/[*;,(].*$/, '')
    .replace(/^[\s"'<=]+|[\s"'>=\\]+$/g, '')
  const known = ALIASES[plain]
  if (known !== undefined) return known
  for (const [pattern, name] of PATTERNS) if (pattern.test(plain)) return plain.replace(pattern, name)
  return plain.replace(/^x-mac-(?!cyrillic)/, 'mac')
}

/** The charset's name of a Windows code page number. */
export function codepageName(number: number): string {
  if (number === 65001) return 'utf-8'
  if (number === 28591) return 'iso-8859-1'
  if (number > 28591 && number < 28606) return `iso-8859-${number - 28590}`
  if (number === 20866) return 'koi8-r'
  if (number === 21866) return 'koi8-u'
  if (number === 50220 || number === 50221 || number === 50222) return 'iso-2022-jp'
  if (number === 51949) return 'euc-kr'
  return number === 0 ? 'windows-1252' : `cp${number}`
}
