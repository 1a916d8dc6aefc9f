import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MailTemplate } from '../../shared/template-variables.ts'
import { previewTemplate, type TemplateContent, type TemplateProblem } from '../../shared/templates.ts'
import type { Language } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'

/** Which template of which mailbox a page is about. */
export type WhichTemplate = { id: number; name: MailTemplate; language: Language }

const typingMs = 400

/** What words that are being typed would write, asked for when the typing rests; the last good one stays meanwhile. */
export function useTemplatePreview(which: WhichTemplate, content: TemplateContent) {
  const { call } = useApi()
  const [ticketNumber, setTicketNumber] = useState<number | undefined>(undefined)
  const [rested] = useDebouncedValue(content, typingMs)
  const wish = { content: rested, ...(ticketNumber === undefined ? {} : { ticketNumber }) }
  const query = useQuery({
    queryKey: ['template-preview', which, wish],
    queryFn: () => call(previewTemplate, { params: which, body: wish }),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  })
  const problems: readonly TemplateProblem[] = query.data?.problems ?? []
  return { preview: query.data, problems, error: query.error, ticketNumber, setTicketNumber, wish }
}

/** A preview and the ticket it is of. */
export type TemplatePreviewUse = ReturnType<typeof useTemplatePreview>
