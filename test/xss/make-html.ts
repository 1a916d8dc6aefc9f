import { pick } from '../corpus/rewrite/encode-text.ts'

const NAMES = [
  ...'a b p div span table tr td th tbody caption colgroup col ul li dl dt dd blockquote pre h1 font center'.split(
    ' ',
  ),
  ...'details summary img br hr svg math mtext mi mglyph malignmark annotation-xml foreignObject desc title'.split(
    ' ',
  ),
  ...'style script noscript template textarea select option form input button iframe noembed noframes xmp'.split(
    ' ',
  ),
  ...'plaintext body html head frameset frame object embed video audio base meta link ruby rt rp wbr nobr'.split(
    ' ',
  ),
]
const ATTRIBUTES = [
  ...[
    'href="http://a.test/"',
    'href=javascript:hit()',
    "title='\"><img src=x onerror=hit()>'",
    'style="color:red"',
  ],
  ...[
    'style="width:1px;position:fixed"',
    'onerror=hit()',
    'src="cid:x"',
    'src=x',
    'class=c',
    'id=x',
    'name=y',
  ],
  ...[
    'title="<!--"',
    'title="-->"',
    'title="</style>"',
    'alt="&lt;img&gt;"',
    'dir=rtl',
    'lang="a&amp;b"',
    'open',
    '=x',
  ],
  ...[
    'encoding="text/html"',
    'xlink:href="#"',
    'colspan=2',
    'color="red',
    "width='3",
    'data-remote-src="http://x"',
  ],
]
const TEXTS = [
  ...[
    'x',
    ' ',
    '<',
    '>',
    '"',
    "'",
    '&',
    '&lt;',
    '&gt;',
    '&amp;lt;',
    '&#60;',
    '&#x3c;script&#x3e;',
    '&nbsp;',
    '\u00a0',
  ],
  ...[
    '<!--',
    '-->',
    '--!>',
    '<!',
    '<!-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '</',
    '<//',
    '</ p>',
    '<a/b>',
    '<\u0000',
    '\u0000',
  ],
  ...[
    '<!doctype html>',
    '<img src=x onerror=hit()>',
    '<script>hit()</script>',
    '{{x}}',
    '\ufffd',
    'Ж',
    '\n',
    '\t',
    '/>',
  ],
]

/** A soup of tags, broken attributes, comments and characters, as browsers must mend it. */
export function makeHtml(random: () => number): string {
  const length = 1 + Math.floor(random() * 24)
  return Array.from({ length }, () => makePiece(random)).join('')
}

function makePiece(random: () => number): string {
  const kind = random()
  if (kind < 0.3) return pick(TEXTS, random)
  if (kind < 0.5) return `</${pick(NAMES, random)}>`
  const attributes = Array.from({ length: Math.floor(random() * 3) }, () => ` ${pick(ATTRIBUTES, random)}`)
  return `<${pick(NAMES, random)}${attributes.join('')}${random() < 0.1 ? '/' : ''}>`
}
