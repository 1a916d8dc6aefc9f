import { AppError } from '../lib/app-error.ts'
import {
  type Block,
  isRich,
  mentionsIn,
  type NameOf,
  nameMentions,
  picturesIn,
  readRichWords,
} from '../mail/rich-words.ts'
import { writeKeptHtml, writeMailHtml, writePlainWords } from '../mail/write-rich-words.ts'

/** An agent's words as they are asked for: `html` counts before `text`, which is made of it. */
export type GivenWords = { text?: string | undefined; html?: string | null | undefined }

/** The words of a mail, decided. `html` null: there is nothing to them but lines of text. */
export type AgentWords = {
  text: string
  html: string | null
  /** Uploads that stand in the words as pictures. */
  pictureIds: readonly string[]
  /** Whom the words mention. It is for a note to tell them; in a mail they are words like others. */
  mentions: { agentIds: readonly number[]; teamIds: readonly number[] }
  /** The words with those whom they mention by these names, whatever name was written. */
  naming: (nameOf: NameOf) => AgentWords
  /** @param contentId of such an upload */
  mailHtml: (contentId: (uploadId: string) => string) => string | null
}

/**
 * What an agent wrote. Of HTML the text and what is kept are made here, whoever sent it: nothing of what a
 * browser says reaches a customer unread.
 *
 * @throws AppError `words-too-long`
 */
export function readAgentWords({ text = '', html }: GivenWords): AgentWords {
  if (typeof html !== 'string') return plain(text)
  const blocks = readRichWords(html)
  if (blocks === undefined) throw new AppError('words-too-long', 'the words are too long or too deep', {})
  return isRich(blocks) ? rich(blocks) : plain(writePlainWords(blocks))
}

/** Reads as `readAgentWords` what cannot be nothing. @throws AppError also `no-words` */
export function getAgentWords(given: GivenWords): AgentWords {
  const words = readAgentWords(given)
  if (words.text.trim() === '') throw new AppError('no-words', 'there is nothing in it', {})
  return words
}

function plain(text: string): AgentWords {
  const words: AgentWords = {
    text,
    html: null,
    pictureIds: [],
    mentions: { agentIds: [], teamIds: [] },
    mailHtml: () => null,
    naming: () => words,
  }
  return words
}

function rich(blocks: readonly Block[]): AgentWords {
  return {
    text: writePlainWords(blocks),
    html: writeKeptHtml(blocks),
    pictureIds: picturesIn(blocks),
    mentions: mentionsIn(blocks),
    naming: nameOf => rich(nameMentions(blocks, nameOf)),
    mailHtml: contentId => writeMailHtml(blocks, contentId),
  }
}
