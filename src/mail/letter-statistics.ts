// Letter statistics of our users' languages, as far as telling charsets apart needs them. Orders and
// lists are rough on purpose: charsets differ by far more than languages do.

/** A script with its charsets, the likelier first. */
export type Script = {
  charsets: readonly string[]
  letter: RegExp
  /** How frequent each letter is: 0 is the most frequent. */
  ranks: ReadonlyMap<string, number>
  /** Pairs of letters that are frequent in at least one of its languages. */
  pairs: ReadonlySet<string>
}

/** Scripts of one byte a letter, Cyrillic (Russian, Bulgarian, Ukrainian, Serbian) first. */
export const SCRIPTS: readonly Script[] = [
  script(
    ['windows-1251', 'koi8-u', 'iso-8859-5', 'x-mac-cyrillic', 'cp866'],
    /\p{Script=Cyrillic}/u,
    'оаеинтсрвлкмдпузябыьгчйхжшюцщіёэфїєъґћђљњџ',
    `ст но ен то на ов ни ра во ко ал ли по ре ро пр ан та ер ес го ор ти ат он ел ет ва ит де за от ве не ол
    ка ть ла ле ны ос ва ри ом од об ск да ма ми мо ме ло те из на ск се со сл ся ия ие ий ой ый ая ое их ам
    ас ки ку че чт шт що жи ди до ду ви вс вы въ ъл ър ът ту ць ня ні ві ін ій ої ує ею ец ще ян як яв яз ят
    би бо бе бр ба ги гр га гу хо ха щи ща ши ше же жа зв зд зн ид иц ич ик ис им ил ин ив ир уч ут ус ур юч
    ул ук уд уж ую ях ям юд лу ль ля лю мн му мя ну ож оч ош пе пи па пу пл ру ры ря рь са св сп су тв тр ты
    тя тн фо фа хн це ци ча чи чн чк ьн ьк ьс`,
  ),
  script(
    ['windows-1253', 'iso-8859-7'],
    /\p{Script=Greek}/u,
    'αοιετνσηρπκμλυςωάίόέήύδγχθφώβξζψϊ',
    'ου αι το τη ει ησ να στ ικ ρα αν πο τα εν ετ τι ερ απ ιν ων ισ ος ας ης ον κα με πα ντ αρ ορ ρο λα τε γγ',
  ),
  script(
    ['windows-1255'],
    /\p{Script=Hebrew}/u,
    'יוהלאתרבשמנכדםקפעחטגסןזצךףץ',
    'ות ים של את לא ול אנ ני יה לי מה הי רי שה תי הז לו ום הו',
  ),
  script(
    ['windows-1256', 'iso-8859-6'],
    /\p{Script=Arabic}/u,
    'اليمنترودبعهفسكقحجشطصخذزثةىغضظءأإآئؤ',
    'ال لم في من ان لا ما ها لي را ية ات كم شك حب طل لب بع عد مر',
  ),
  script(
    ['windows-874'],
    /\p{Script=Thai}/u,
    'านรก่อ้เงมัยลวดทสิตะปบคีหแจพช์ำุขใไโูึผถซื',
    'าร กา รา ไม ม่ ได ด้ ที ี่ ว่ ่า าม ขอ อบ คุ ุณ ณค รั ับ',
  ),
]

/** A charset of many bytes a character, and characters frequent in its languages. */
export type ManyByte = { charset: string; frequent: ReadonlySet<string> }

const KANA = 'のにをはがでとしてたいまなるすかもらりくけこさそうれあつよきっんどだじゃせみおちんーント'
const HANGUL =
  '이다는을에의로하가고지도한기사니습요시안은를인해있어주세문상품자과어들아정보대부수전제서나그리음'
const SIMPLIFIED =
  '的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后天心么没好还单问题请谢订票发您帮查询收货款公司电话'
const TRADITIONAL =
  '的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可裡後天心麼沒好還單問題請謝訂票發您幫查詢收貨款公司電話'

/** Tried where text is not of one byte a letter. */
export const MANY_BYTE_CHARSETS: readonly ManyByte[] = [
  { charset: 'shift_jis', frequent: new Set(KANA) },
  { charset: 'euc-jp', frequent: new Set(KANA) },
  { charset: 'gb18030', frequent: new Set(SIMPLIFIED) },
  { charset: 'big5', frequent: new Set(TRADITIONAL) },
  { charset: 'euc-kr', frequent: new Set(HANGUL) },
]

/** A language's letters beyond ASCII, a few of its commonest words, and the ASCII letters its own words lack. */
export type LatinLanguage = { letters: ReadonlySet<string>; words: readonly string[]; lacks: RegExp }

/** Languages written in windows-1250, -1252 and -1254 and their kin. */
export const LATIN_LANGUAGES: readonly LatinLanguage[] = [
  language('ąćęłńóśźż', 'qvx', 'nie się jest na do że w z i proszę dzień za to ma mi bardzo'), // Polish
  language('äöüß', '', 'der die und das ist ich nicht mit für sie zu von wir haben'), // German
  language('àâçéèêëîïôùûüœ', 'kw', 'le la les de des et est pour vous que une dans pas je nous'), // French
  language('áéíóúüñ', 'kw', 'el la los de que y en por no un una para con es'), // Spanish
  language('ãõáéíóúâêôàç', 'kwy', 'o a os de que e não em um uma para com por do da'), // Portuguese
  language('àèéìíòóù', 'jkwxy', 'il la di che e non per un una del con sono della'), // Italian
  language('åäöæøé', 'qw', 'och att det som en på är og i til ikke jeg med for'), // Nordic
  language('äõöüšž', 'cqwx', 'ja on ei et see mis ma ka kui oma siis veel palun'), // Estonian
  language('áðéíóúýþæö', 'cqwz', 'og að er það ekki ég í á til sem um við'), // Icelandic
  language('ëéïöüè', '', 'de het een van en niet ik is dat voor met'), // Dutch
  language('áčďéěíňóřšťúůýž', 'qwx', 'je se na v že to s z a není pro jsem'), // Czech
  language('áäčďéíĺľňóôŕšťúýž', 'qwx', 'je sa na v že to s z a nie pre som'), // Slovak
  language('áéíóöőúüű', 'qwx', 'a az és nem hogy egy is van meg de'), // Hungarian
  language('ăâîşșţț', 'kqwy', 'și şi de la în nu cu pe este că pentru'), // Romanian
  language('čćđšž', 'qwxy', 'je i u na se da za od su nije'), // Croatian, Slovene, Serbian in Latin
  language('çğıöşüâî', 'qwx', 've bir bu için ile da de değil çok ne'), // Turkish
]

function script(charsets: string[], letter: RegExp, letters: string, pairs: string): Script {
  const ranks = new Map([...letters].map((one, rank) => [one, rank]))
  return { charsets, letter, ranks, pairs: new Set(pairs.trim().split(/\s+/)) }
}

function language(letters: string, lacks: string, words: string): LatinLanguage {
  return { letters: new Set(letters), words: words.split(' '), lacks: new RegExp(`[${lacks || '\\u0000'}]`) }
}
