/** Names of people, as their programs write them. */
export const NAMES = [
  'Мария Иванова',
  'Сергей Ковальчук',
  'Żaneta Wiśniewska',
  'Jürgen Groß',
  'Zoë O’Connor',
  'Παναγιώτης Δημητρίου',
  'Øyvind Åsen',
  'Ştefan Țîrlea',
  '山田 太郎',
  'Дмитро Їжак',
  'Anna-Lena Smith, PhD',
  'Ольга “Лёля” Щукина',
]

/** Subjects that say nothing about what kind of mail it is. */
export const SUBJECTS = [
  'Поръчка № 42 не пристигна – какво да правя?',
  'Вопрос по счёту за ноябрь',
  'Zamówienie nr 7/2026: brak łączności z drukarką',
  'Größe des Schranks (Höhe × Breite)',
  'Où est ma commande ? Ça fait déjà 3 semaines',
  'Το δέμα μου δεν έφτασε',
  'ご注文について',
  'Çağrı merkezi: ödeme şüpheli',
  'Příliš žluťoučký kůň úpěl ďábelské ódy',
  'Дякую за відповідь, але є ще питання',
  'Re: [Ext] FW: invoice 2026/11 🙂',
  '“Quotes”, commas; and = signs?',
]

/** Names of files in several scripts, without their endings. */
export const FILE_NAMES = [
  'фактура за ноември',
  'Отчёт №3',
  'zdjęcie z łazienki',
  'Übersicht (neu)',
  '見積書',
  'plain name',
  'a;b,c=d',
]

/** Domains that stand for the anonymised ones of a source. */
export const DOMAINS = ['kunde.example', 'klient.example.org', 'mx7.shop.test', 'biuro.test']

/** First names of mail addresses. */
export const LOCAL_PARTS = ['maria', 'j.gross', 'office+42', 'anna_k', 's-kovalchuk', 'd.izhak', 'info']
