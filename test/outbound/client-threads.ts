import { baseSubject } from '../../src/mail/base-subject.ts'

/** What mail programs thread by, of one mail. */
export type Threaded = {
  id: string
  inReplyTo: string[]
  references: string[]
  subject: string
  threadIndex?: string | undefined
  threadTopic?: string | undefined
}

/** Which conversation each mail belongs to, by the rules of one program; mails in the order of their arrival. */
export type ThreadRule = (mails: readonly Threaded[]) => number[]

const ancestorsOf = (mail: Threaded) => [...mail.references, ...mail.inReplyTo]

/** Joins the newest earlier mail for which `isSame` holds, else begins a conversation. */
function threads(isSame: (mail: Threaded, earlier: Threaded) => boolean): ThreadRule {
  return mails => {
    const found: number[] = []
    for (const [at, mail] of mails.entries()) {
      const before = mails.slice(0, at).findLastIndex(earlier => isSame(mail, earlier))
      found.push(before === -1 ? at : (found[before] ?? at))
    }
    return found
  }
}

// Names an ancestor, or has one in common with it.
const isRelated = (mail: Threaded, earlier: Threaded) =>
  ancestorsOf(mail).some(id => id === earlier.id || ancestorsOf(earlier).includes(id))

// Outlook takes up to three letters and a colon for the mark of an answer.
const outlookTopic = ({ threadTopic, subject }: Threaded) =>
  (threadTopic ?? subject).replace(/^(?:\s*\p{L}{1,3}:\s*)+/u, '').toUpperCase()

/**
 * Gmail joins mails that name each other and have one subject beside marks ("Email sorting and conversations",
 * Gmail API guide "Managing threads"). Exchange and Outlook go by the first 22 bytes of Thread-Index, and by the
 * topic where there is none (MS-OXOMSG §2.2.1.3). Apple Mail joins by References, and by subject where there are
 * none. Thunderbird goes by References alone (mail.strict_threading; RFC 5256 §3 REFERENCES).
 */
export const THREAD_RULES: Readonly<Record<'gmail' | 'outlook' | 'apple' | 'thunderbird', ThreadRule>> = {
  gmail: threads(
    (mail, earlier) => isRelated(mail, earlier) && baseSubject(mail.subject) === baseSubject(earlier.subject),
  ),
  outlook: threads((mail, earlier) => {
    const [index, other] = [mail, earlier].map(one => headerOf(one.threadIndex))
    return index === undefined && other === undefined
      ? outlookTopic(mail) === outlookTopic(earlier)
      : index === other
  }),
  apple: threads((mail, earlier) =>
    ancestorsOf(mail).length > 0
      ? isRelated(mail, earlier)
      : baseSubject(mail.subject) === baseSubject(earlier.subject),
  ),
  thunderbird: threads(
    (mail, earlier) => ancestorsOf(mail).at(-1) === earlier.id || isRelated(mail, earlier),
  ),
}

function headerOf(threadIndex: string | undefined): string | undefined {
  return threadIndex === undefined
    ? undefined
    : Buffer.from(threadIndex, 'base64').subarray(0, 22).toString('hex')
}

/**
 * How programs write an answer: what they put before the subject, and whether they speak Thread-Index. Outlook takes
 * the longer marks for words of the subject, in customers’ own mails, and begins anew; ours stay with theirs.
 */
export const PROGRAMS = {
  gmail: { mark: 'Re: ', isOutlook: false },
  outlook: { mark: 'RE: ', isOutlook: true },
  'outlook-de': { mark: 'AW: ', isOutlook: true },
  'outlook-pl': { mark: 'Odp: ', isOutlook: true },
  apple: { mark: 'Re: ', isOutlook: false },
  thunderbird: { mark: 'Re: ', isOutlook: false },
  'mail.ru': { mark: 'Re[2]: ', isOutlook: false, isOddToOutlook: true },
  'abv.bg': { mark: 'Отговор: ', isOutlook: false, isOddToOutlook: true },
} as const satisfies Record<string, { mark: string; isOutlook: boolean; isOddToOutlook?: true }>
export type Program = keyof typeof PROGRAMS
