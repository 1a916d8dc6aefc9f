import type { Delivery } from '../../shared/delivery.ts'
import type { Message } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { CallFailed } from '../call.ts'
import { useMe } from '../session.ts'
import { answeredAgain, isPicture, keepsHistory, missedRecipients, type Repair } from '../ticket/repairs.ts'
import { useNotices } from '../ui/notices.tsx'
import { draftKey, isWritten, NO_DRAFT, readDraft } from './draft-store.ts'
import { focusComposer } from './focus-composer.ts'
import { shrinkPicture } from './shrink-picture.ts'
import { takeUpWords } from './take-up-words.ts'
import { putDraft } from './use-draft.ts'

/**
 * Puts a reply that did not arrive into the composer, mended: to whom it did not reach, with its words and
 * files, so that one more press sends it. Words that are in the composer are never written over.
 */
export function useRepair(ticketNumber: number) {
  const api = useApi()
  const notices = useNotices()
  const key = draftKey(useMe().id, ticketNumber)
  const repair = async (message: Message, delivery: Delivery, way: Repair) => {
    try {
      if (isWritten(readDraft(window.localStorage, key))) throw new CallFailed('draft-in-the-way', 0)
      const shrink = way === 'pictures' ? shrinkIfPicture : undefined
      const words = await takeUpWords(api, message, shrink)
      const missed = missedRecipients(delivery).map(one => one.address)
      // A wrong address is left in place to be seen and mended, not to be typed from memory.
      putDraft(key, {
        ...NO_DRAFT,
        isOpen: true,
        isUnsaved: true,
        ...words,
        to: missed,
        cc: [],
        withHistory: keepsHistory(message, way),
        answeredMessageId: answeredAgain(message),
      })
    } catch (error) {
      notices.failed(error)
      return
    }
    const focus = way === 'address' ? focusRecipients : focusComposer
    window.requestAnimationFrame(() => window.requestAnimationFrame(focus))
  }
  return repair
}

/**
 * Puts a reply that was not sent at all into the composer as it was, to go on with. Words that are in the
 * composer are never written over.
 */
export function useTakeUp(ticketNumber: number) {
  const api = useApi()
  const notices = useNotices()
  const key = draftKey(useMe().id, ticketNumber)
  return async (message: Message) => {
    try {
      if (isWritten(readDraft(window.localStorage, key))) throw new CallFailed('draft-in-the-way', 0)
      const words = await takeUpWords(api, message)
      const addresses = (people: Message['to']) => people.map(one => one.address)
      const { to, cc, bcc } = message
      putDraft(key, {
        ...NO_DRAFT,
        isOpen: true,
        isUnsaved: true,
        ...words,
        to: addresses(to),
        cc: addresses(cc),
        bcc: addresses(bcc),
        withHistory: keepsHistory(message, 'again'),
        answeredMessageId: answeredAgain(message),
      })
    } catch (error) {
      notices.failed(error)
      return
    }
    window.requestAnimationFrame(() => window.requestAnimationFrame(focusComposer))
  }
}

async function shrinkIfPicture(file: File): Promise<File> {
  return isPicture({ contentType: file.type }) ? await shrinkPicture(file) : file
}

function focusRecipients(): void {
  document.querySelector<HTMLElement>('[data-composer] input[inputmode=email]')?.focus()
}
