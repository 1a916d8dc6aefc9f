import type { Language } from '../shared/vocabulary.ts'

/** The two addresses of the practice desk. `.example` never resolves (RFC 2606 §3). */
export const PRACTICE_MAILBOXES = [
  { name: 'Support', address: 'support@practice.example', colour: 1, signature: 'The practice team' },
  { name: 'Billing', address: 'billing@practice.example', colour: 2, signature: 'Practice billing' },
] as const

/** One practice customer with the first mail they write. */
export type PracticePerson = {
  name: string
  address: string
  language: Language
  to: (typeof PRACTICE_MAILBOXES)[number]['address']
  subject: string
  text: string
  attachment?: { filename: string; contentType: string; text: string }
}

/** The customers who write when the practice mailbox is connected, oldest first. */
export const PRACTICE_PEOPLE: readonly PracticePerson[] = [
  {
    name: 'Emma Clarke',
    address: 'emma.clarke@customers.example',
    language: 'en',
    to: 'support@practice.example',
    subject: 'The export stops at 500 rows',
    text: 'Hello,\n\nwhen I export my orders as CSV, the file ends after 500 rows. There should be about 2,300.\n\nIs there a limit that I can change?\n\nBest regards\nEmma Clarke',
  },
  {
    name: 'Jan Nowak',
    address: 'jan.nowak@customers.example',
    language: 'pl',
    to: 'billing@practice.example',
    subject: 'Faktura za październik',
    text: 'Dzień dobry,\n\nproszę o duplikat faktury za październik, najlepiej na adres e-mail. W załączniku numer zamówienia.\n\nPozdrawiam\nJan Nowak',
    attachment: {
      filename: 'zamówienie.txt',
      contentType: 'text/plain; charset=utf-8',
      text: 'Zamówienie A-1042\n',
    },
  },
  {
    name: 'Сергей Козлов',
    address: 'sergey.kozlov@customers.example',
    language: 'ru',
    to: 'support@practice.example',
    subject: 'Заказ не пришёл',
    text: 'Добрый день!\n\nЕщё в понедельник мой заказ № А-1057 был «в пути», а сегодня его статус пропал. Подскажите, пожалуйста, где он?\n\nСпасибо,\nСергей',
  },
  {
    name: 'Ивана Петрова',
    address: 'ivana.petrova@customers.example',
    language: 'bg',
    to: 'support@practice.example',
    subject: 'Паролата ми не работи',
    text: 'Здравейте,\n\nот вчера не мога да вляза в профила си. Въвеждам паролата, но страницата казва, че е грешна. Опитах и връзката за нова парола, но писмото не идва.\n\nПоздрави,\nИвана Петрова',
  },
  {
    name: 'Marta Wiśniewska',
    address: 'marta.wisniewska@customers.example',
    language: 'pl',
    to: 'support@practice.example',
    subject: 'Zmiana adresu dostawy',
    text: 'Witam,\n\nczy mogę jeszcze zmienić adres dostawy? Paczka ma wyjść jutro.\n\nMarta',
  },
]
