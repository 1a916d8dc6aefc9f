// Parts of regular expressions, to be matched without regard to case and with a colon behind them.

/** How mail programs mark the subject of an answer: en, de, nl, sv, da, no, pl, tr, it, es, pt, fr, el, hu, id, bg, ru, uk, zh. */
export const REPLY_MARKS =
  're|aw|antw|sv|vs|odp|ynt|yan|rif|r|res|ref|απ|vá|bls|отв|отг|відп|ответ|отговор|на|ha|回复|答复|回覆'

/** How they mark that of a forward: en, de, fr, es, it, pt, pl, nl, sv, fi, tr, cs, id, bg, ru, hu, el, zh. */
export const FORWARD_MARKS =
  'fwd?|wg|tr|trs|rv|i|enc|pd|doorst|vb|vl|[iıİ]\\u0307?lt|p[rř]epos\\p{L}*|пр|препр\\p{L}*|пересл\\p{L}*|перенапр\\p{L}*|tov(?:áb\\p{L}*)?|πρθ|προωθ\\p{L}*|转发|轉寄'

/** How they count it, as in `Re[2]:`, `Re (2):`, `Re*2:` and `Re 2:`, where they do. */
export const MARK_COUNT = '(?:\\s?(?:\\[\\d{1,3}\\]|\\(\\d{1,3}\\)|\\*\\d{1,3}|\\d{1,2}))?'
