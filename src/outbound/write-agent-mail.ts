import type { TemplateValues } from '../lib/render-template.ts'
import type { Templates } from '../lib/templates.ts'
import type { Language } from '../shared/vocabulary.ts'
import type { AgentMail } from './send-to-agent.ts'

const shownNumbers = 5

/** Writes a mail of ours to an agent from a template, in their language. */
export function writeAgentMail(
  templates: Templates,
  template: string,
  { name, email, language }: { name: string; email: string; language: Language },
  values: TemplateValues,
): AgentMail {
  const render = (part: 'subject' | 'text' | 'html') => templates.render(template, part, language, values)
  const words = { subject: render('subject'), text: render('text'), html: render('html') }
  return { to: { name, address: email }, language, ...words }
}

/** Ticket numbers as the subject of such a mail names them: each once, the first few. */
export function listNumbers(numbers: readonly number[]): string {
  const all = [...new Set(numbers)].map(number => `#${number}`)
  return all.slice(0, shownNumbers).join(', ') + (all.length > shownNumbers ? ' …' : '')
}
