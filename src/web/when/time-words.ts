/** What one word of a typed time means; `skip` carries no meaning of its own ("at", "on", "в", "o"). */
export type TimeWord =
  | { is: 'day'; days: number; clock?: string }
  | { is: 'weekday'; weekday: number }
  | { is: 'unit'; unit: TimeUnit }
  | { is: 'month'; month: number }
  | { is: 'part'; clock: string }
  | { is: 'half-day'; addHours: 0 | 12 }
  | { is: 'count'; count: number }
  | { is: 'in' }
  | { is: 'next' }
  | { is: 'at' }
  | { is: 'skip' }

export type TimeUnit = 'minute' | 'hour' | 'day' | 'week' | 'month'

const MORNING = '09:00'
const NOON = '12:00'
const AFTERNOON = '15:00'
const EVENING = '19:00'

// Words as people type them, without accents and in lower case (foldWord), in English, Bulgarian, Russian and
// Polish together: whoever writes another language than their screen is understood too.
const GROUPS: readonly (readonly [TimeWord, string])[] = [
  [{ is: 'in' }, 'in after след через za'],
  [
    { is: 'next' },
    'next следващия следващият следващата следващ следващо следующий следующую следующее следующей следующем ' +
      'przyszly przyszla przyszle przyszlym nastepny nastepna nastepnym',
  ],
  [{ is: 'at' }, 'at @ в във o в'],
  [
    { is: 'skip' },
    'on the this of ч г г. година года до във на во w we dnia o\u2019clock oclock godz godzina godzinie',
  ],
  [{ is: 'count', count: 1 }, 'a an one един една едно один одну одна jeden jedna jedno'],
  [{ is: 'count', count: 2 }, 'two two два две dwa dwie'],
  [{ is: 'count', count: 3 }, 'three три trzy'],
  [{ is: 'count', count: 4 }, 'four четири четыре cztery'],
  [{ is: 'count', count: 5 }, 'five пет пять piec'],
  [{ is: 'count', count: 0.5 }, 'half половин полчаса пол pol'],
  [
    { is: 'unit', unit: 'minute' },
    'm min mins minute minutes минута минути мин минуту минуты минут minute minuty minut',
  ],
  [{ is: 'unit', unit: 'hour' }, 'h hr hrs hour hours час часа часове часов godzine godziny'],
  [{ is: 'unit', unit: 'day' }, 'd day days ден дни день дня дней dzien dni'],
  [
    { is: 'unit', unit: 'week' },
    'wk wks week weeks седмица седмици неделю неделе недели недель tydzien tygodnie tygodni tygodniu',
  ],
  [
    { is: 'unit', unit: 'month' },
    'month months месец месеца месеци месяц месяца месяцев месяце miesiac miesiace miesiecy miesiacu',
  ],
  [{ is: 'day', days: 0 }, 'today днес сегодня dzis dzisiaj'],
  [{ is: 'day', days: 0, clock: EVENING }, 'tonight довечера'],
  [{ is: 'day', days: 1 }, 'tomorrow tmr tmrw утре завтра jutro'],
  [{ is: 'day', days: 2 }, 'вдругиден послезавтра pojutrze'],
  [{ is: 'weekday', weekday: 1 }, 'mon monday пн пон понеделник понедельник poniedzialek pon'],
  [{ is: 'weekday', weekday: 2 }, 'tue tues tuesday вт вторник wtorek wt'],
  [{ is: 'weekday', weekday: 3 }, 'wed wednesday ср сряда среда среду sroda srode sr'],
  [{ is: 'weekday', weekday: 4 }, 'thu thur thurs thursday чт четв четвъртък четверг czwartek czw'],
  [{ is: 'weekday', weekday: 5 }, 'fri friday пт петък пятница пятницу piatek pt'],
  [{ is: 'weekday', weekday: 6 }, 'sat saturday сб събота суббота субботу sobota sobote sob'],
  [
    { is: 'weekday', weekday: 7 },
    'sun sunday нд неделя вс воскресенье воскресение niedziela niedziele niedz',
  ],
  [{ is: 'month', month: 1 }, 'jan january януари января stycznia sty'],
  [{ is: 'month', month: 2 }, 'feb february февруари февраля lutego lut'],
  [{ is: 'month', month: 3 }, 'mar march март марта marca'],
  [{ is: 'month', month: 4 }, 'apr april април апреля kwietnia kwi'],
  [{ is: 'month', month: 5 }, 'may май мая maja maj'],
  [{ is: 'month', month: 6 }, 'jun june юни июня czerwca cze'],
  [{ is: 'month', month: 7 }, 'jul july юли июля lipca lip'],
  [{ is: 'month', month: 8 }, 'aug august август августа sierpnia sie'],
  [{ is: 'month', month: 9 }, 'sep sept september септември сентября wrzesnia wrz'],
  [{ is: 'month', month: 10 }, 'oct october октомври октября pazdziernika paz'],
  [{ is: 'month', month: 11 }, 'nov november ноември ноября listopada lis'],
  [{ is: 'month', month: 12 }, 'dec december декември декабря grudnia gru'],
  [{ is: 'part', clock: MORNING }, 'morning сутрин сутринта утром rano'],
  [{ is: 'part', clock: NOON }, 'noon midday обяд обед полдень poludnie'],
  [{ is: 'part', clock: AFTERNOON }, 'afternoon следобед днем'],
  [{ is: 'part', clock: EVENING }, 'evening вечер вечерта вечером wieczor wieczorem'],
  [{ is: 'half-day', addHours: 0 }, 'am утра'],
  [{ is: 'half-day', addHours: 12 }, 'pm вечера'],
]

// "the day after tomorrow", "po południu" and their like: first, as one word.
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:the )?day after tomorrow\b/g, 'pojutrze'],
  [/\bpo poludniu\b/g, 'afternoon'],
  [/(?<=^| )(?:след обяд|после обеда)(?= |$)/g, 'afternoon'],
  [/(?<=^| )половин час(?= |$)/g, '30 минути'],
  [/(?<=^| )(?:полчаса|пол часа)(?= |$)/g, '30 минут'],
  [/\bpol godziny\b/g, '30 minut'],
  [/\bhalf an hour\b/g, '30 minutes'],
]

const WORDS: ReadonlyMap<string, TimeWord> = new Map(
  GROUPS.flatMap(([meaning, words]) => words.split(' ').map(word => [word, meaning] as const)),
)

/** What a word means, undefined where it is none of ours: then nothing is guessed. */
export function meaningOf(word: string): TimeWord | undefined {
  return WORDS.get(word)
}

/** What was typed as words in one form: lower case, without accents, phrases as one word; ё is е and й stays. */
export function timeWordsOf(typed: string): string[] {
  let text = typed.toLowerCase().replaceAll('ł', 'l').replaceAll('ё', 'е')
  text = text.replace(/[ąćęńóśźż]/g, letter => letter.normalize('NFD').charAt(0))
  text = text.replace(/[,;]+/g, ' ').replace(/\s+/g, ' ').trim()
  for (const [phrase, word] of PHRASES) text = text.replace(phrase, word)
  return text
    .replace(/(?<=\d)(?=(?:am|pm|h|m|min|d|ч)\b)/g, ' ')
    .replace(/(?<=\d)(?=ч(?: |$))/g, ' ')
    .split(' ')
    .filter(word => word !== '')
}
