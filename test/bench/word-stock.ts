/** What made-up customers write about, by language: words for running text, and subjects. */
export const WORD_STOCK = {
  en: {
    words:
      'please the order parcel arrived broken since Monday could you send invoice again my account shows an older address and delivery number is missing we paid twice thank for quick answer before weekend',
    subjects: ['Where is my parcel', 'Invoice for October', 'Wrong size delivered', 'Refund, please'],
  },
  bg: {
    words:
      'моля поръчката пристигна счупена от понеделник може ли да изпратите фактура отново моят профил показва стар адрес и номерът на доставката липсва платихме два пъти благодаря за бързия отговор преди почивните дни',
    subjects: ['Къде е пратката ми', 'Фактура за октомври', 'Грешен размер', 'Връщане на сумата'],
  },
  ru: {
    words:
      'пожалуйста заказ пришёл сломанным с понедельника можете ли вы выслать счёт ещё раз мой профиль показывает старый адрес и номер доставки отсутствует мы заплатили дважды спасибо за быстрый ответ до выходных',
    subjects: ['Где моя посылка', 'Счёт за октябрь', 'Не тот размер', 'Возврат денег'],
  },
  pl: {
    words:
      'proszę zamówienie przyszło uszkodzone od poniedziałku czy możecie wysłać fakturę jeszcze raz moje konto pokazuje stary adres a numeru przesyłki brakuje zapłaciliśmy dwa razy dziękuję za szybką odpowiedź przed weekendem',
    subjects: ['Gdzie jest moja przesyłka', 'Faktura za październik', 'Zły rozmiar', 'Zwrot pieniędzy'],
  },
} as const

/** A language of the stock. */
export type StockLanguage = keyof typeof WORD_STOCK

/** Half English, the rest shared: what a shop with customers in four countries receives. */
export const LANGUAGE_MIX: readonly StockLanguage[] = ['en', 'en', 'en', 'bg', 'ru', 'pl']

/** One of `items`; `random` gives 0 to below 1. */
export function pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[], random: () => number): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

/** Running text of at least `letters` letters, in sentences of 5 to 14 words, a paragraph each four. */
export function writeText(language: StockLanguage, letters: number, random: () => number): string {
  const words = WORD_STOCK[language].words.split(' ')
  let text = ''
  for (let sentence = 1; text.length < letters; sentence++) {
    const count = 5 + Math.floor(random() * 10)
    const line = Array.from({ length: count }, () => pick(words, random)).join(' ')
    text += `${line.charAt(0).toUpperCase()}${line.slice(1)}.${sentence % 4 === 0 ? '\r\n\r\n' : '\r\n'}`
  }
  return text
}
