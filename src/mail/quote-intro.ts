// How mail programs introduce the mail they quote, by their language: en, bg, ru, pl and the neighbours.
const INTRO_ENDS = [
  ...['wrote', 'writes', 'написа', 'пише', 'написал', 'написала', 'написал(а)', 'написав', 'пишет', 'писал'],
  ...['писал(а)', 'napisał', 'napisała', 'napisał(a)', 'napisał/a', 'pisze', 'schrieb', 'sent', 'a écrit'],
  ...[
    'escribió',
    'escreveu',
    'ha scritto',
    'scrisse',
    'schreef',
    'skrev',
    'kirjoitti',
    'napsal',
    'napsal(a)',
  ],
  ...['yazdı', 'yazmış', 'geschreven', 'έγραψε', 'napísal', 'написа(ла)', 'a scris', 'skrifaði', 'изпрати'],
]
const INTRO_STARTS =
  /^(?:on|at|in|am|le|el|il|em|op|den|dne|dnia|w dniu|w|на|в|от|pe|pt\.|wiadomość|pon\.|wt\.|śr\.|czw\.|sob\.|niedz\.|пн|вт|ср|чт|пт|сб|вс|нд|\d{1,4}[-./ ]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?|["']?[\p{L}][\p{L}. '"-]{0,80}<)/iu
const CLOCK = /\d{1,2}[:.h]\d{2}|\d{4}/
const MAX_INTRO_CHARS = 400

/**
 * How many lines, from `at`, introduce quoted mail (`On …, Ann wrote:`): 1 to 4, or 0. Such a
 * sentence names a time or an address, and is wrapped where a mail program wraps it.
 */
export function introLength(lines: string[], at: number): number {
  let joined = stripMarks(lines[at] ?? '')
  if (!INTRO_STARTS.test(joined)) return 0
  for (let count = 1; count <= 4 && joined.length <= MAX_INTRO_CHARS; count++) {
    if (endsIntro(joined)) return namesWhenOrWho(joined) ? count : 0
    const next = stripMarks(lines[at + count] ?? '')
    if (next === '') return 0
    joined = `${joined} ${next}`
  }
  return 0
}

function namesWhenOrWho(text: string): boolean {
  return CLOCK.test(text) || text.includes('@')
}

// Yandex, old and Russian Gmail write no verb: `26.06.2014, 14:41, "Ann" <ann@example.org>:`; Apple's
// Polish begins with it.
const VERBLESS = /^(?:\d|(?:пн|вт|ср|чт|пт|сб|вс)[,.])/
const VERB_FIRST = /^wiadomość napisana przez /

function endsIntro(text: string): boolean {
  if (!/[:：]$/.test(text)) return false
  const body = text.slice(0, -1).trimEnd().toLowerCase()
  if (INTRO_ENDS.some(end => body.endsWith(end))) return true
  if (VERB_FIRST.test(body)) return true
  if (VERBLESS.test(body) && CLOCK.test(body) && /<[^<>]{3,100}>$/.test(body)) return true
  // `Am 1.2.2024 um 10:00 schrieb Ann:` has its verb inside, before the name.
  return INTRO_ENDS.some(end => body.includes(` ${end} `)) && CLOCK.test(body)
}

/** Without the blanks, stars and underscores that bold and italic text leaves behind. */
function stripMarks(line: string): string {
  const text = line.slice(0, MAX_INTRO_CHARS + 1).trim()
  let end = text.length
  while (end > 0 && /[*_\s]/.test(text.charAt(end - 1))) end--
  return text.slice(0, end).replace(/^[*_\s]+/, '')
}

const RULE = String.raw`^[\s*>_]{0,10}[-_=]{2,40} ?`
const REPLY_DIVIDER = new RegExp(
  `${RULE}(?:original message|original appointment|reply message|исходное сообщение|оригинално съобщение|oryginalna wiadomość|wiadomość oryginalna|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|originalmeddelande)`,
  'iu',
)
const FORWARD_DIVIDER = new RegExp(
  `${RULE}(?:forwarded message|forwarded by|пересылаемое сообщение|пересланное сообщение|препратено съобщение|препратено писмо|wiadomość przekazana|treść przekazanej wiadomości|weitergeleitete nachricht|message transféré|mensaje reenviado|doorgestuurd bericht)|^begin forwarded message:|^начало переадресованного|^начало на препратеното`,
  'iu',
)

/** `-----Original Message-----` and its kin in other languages. */
export function isReplyDivider(line: string): boolean {
  return line.length < 300 && REPLY_DIVIDER.test(line)
}

/** `---------- Forwarded message ---------`: what follows is what the writer wants read. */
export function isForwardDivider(line: string): boolean {
  return line.length < 300 && FORWARD_DIVIDER.test(line)
}

// Labels of the header block that Outlook and others put above the mail they quote.
const LABELS = new Map<string, string>(
  Object.entries({
    from: ['from', 'от', 'от кого', 'od', 'von', 'de', 'da', 'van', 'från', 'fra'],
    sent: [
      ...[
        'sent',
        'date',
        'изпратено',
        'изпратен',
        'дата',
        'отправлено',
        'wysłano',
        'data',
        'gesendet',
        'datum',
      ],
      ...['envoyé', 'enviado', 'enviado el', 'inviato', 'verzonden', 'skickat', 'sent on', 'wysłane'],
    ],
    to: ['to', 'до', 'кому', 'do', 'an', 'à', 'para', 'a', 'aan', 'till', 'til'],
    subject: [
      'subject',
      'относно',
      'тема',
      'temat',
      'betreff',
      'objet',
      'asunto',
      'oggetto',
      'onderwerp',
      'ämne',
      'assunto',
    ],
  }).flatMap(([meaning, words]) => words.map(word => [word, meaning] as const)),
)

/**
 * Whether the header block of a quoted mail begins here: From or the date first, and three of
 * from, date, to and subject within seven lines.
 */
export function startsHeaderBlock(lines: string[], at: number): boolean {
  const first = labelOf(lines[at] ?? '')
  if (first !== 'from' && first !== 'sent') return false
  const labels = new Set(lines.slice(at, at + 7).map(labelOf))
  return labels.has('from') && ['sent', 'to', 'subject'].filter(label => labels.has(label)).length >= 2
}

function labelOf(line: string): string | undefined {
  const label = /^[\s*>_]{0,10}([\p{L}][\p{L} ]{0,14}?)\s?[*_]{0,2}\s?[:：]/u.exec(line.slice(0, 60))?.[1]
  return label === undefined ? undefined : LABELS.get(label.toLowerCase())
}
