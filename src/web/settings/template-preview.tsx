import { Button, NumberInput, useComputedColorScheme } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { HAS_SUBJECT } from '../../shared/template-variables.ts'
import { mailTemplateTest, type TemplateContent, type TemplatePreview } from '../../shared/templates.ts'
import { useApi } from '../api.tsx'
import { CallFailed } from '../call.ts'
import { useTranslation } from '../texts.tsx'
import { framed } from '../ticket/framed.ts'
import { Fault } from '../ui/fault.tsx'
import { useNotices } from '../ui/notices.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'
import { ProblemWords } from './problem-words.tsx'
import type { TemplatePreviewUse, WhichTemplate } from './use-template-preview.ts'

/** What the words look like as a mail for a real ticket, and a way to get it by mail. */
export function TemplatePreviewCard(props: {
  which: WhichTemplate
  content: TemplateContent
  preview: TemplatePreviewUse
}) {
  const { t } = useTranslation()
  const { which, content } = props
  const { preview, problems, error, wish, ticketNumber, setTicketNumber } = props.preview
  const test = useTestMail(which)
  return (
    <Card title={t('templates.preview')}>
      <NumberInput
        label={t('templates.ticket')}
        description={t('templates.ticketHint')}
        min={1}
        hideControls
        allowDecimal={false}
        value={ticketNumber ?? ''}
        onChange={value => setTicketNumber(typeof value === 'number' && value > 0 ? value : undefined)}
      />
      {error !== null && <Fault error={error} />}
      {problems.length > 0 && <p className={css.sub}>{t('templates.previewWaits')}</p>}
      {preview !== undefined && problems.length === 0 && error === null && (
        <Shown preview={preview} hasSubject={HAS_SUBJECT[which.name]} />
      )}
      {test.isError && <TestFault error={test.error} />}
      <div className={css.actions}>
        <Button
          variant="default"
          loading={test.isPending}
          disabled={problems.length > 0}
          onClick={() => test.mutate({ ...wish, content })}
        >
          {t('templates.testMail')}
        </Button>
      </div>
    </Card>
  )
}

function useTestMail(which: WhichTemplate) {
  const { t } = useTranslation()
  const { call } = useApi()
  const notices = useNotices()
  return useMutation({
    mutationFn: (body: TemplatePreviewUse['wish']) => call(mailTemplateTest, { params: which, body }),
    onSuccess: ({ sentTo }) => notices.done(t('templates.testSent', { address: sentTo })),
  })
}

/** What the mail server said is worded as it is for the mailbox itself. */
function TestFault(props: { error: unknown }) {
  const { error } = props
  if (error instanceof CallFailed && error.status === 502) {
    return <ProblemWords code={error.code} detail={null} />
  }
  return <Fault error={error} />
}

function Shown(props: { preview: TemplatePreview; hasSubject: boolean }) {
  const { t } = useTranslation()
  const { preview } = props
  const isDark = useComputedColorScheme('light') === 'dark'
  const document = framed(preview.html, isDark)
  return (
    <>
      <p className={css.sub}>
        {preview.ticketNumber === null
          ? t('templates.ofExample')
          : t('templates.ofTicket', { number: preview.ticketNumber })}
      </p>
      {props.hasSubject && <p className={css.title}>{preview.subject}</p>}
      <iframe
        className={css.frame}
        data-paper={document.paper}
        title={t('templates.preview')}
        sandbox=""
        referrerPolicy="no-referrer"
        srcDoc={document.html.replace('overflow-y: hidden', 'overflow-y: auto')}
      />
      <details>
        <summary>{t('templates.asText')}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre className={css.preview} tabIndex={0}>
          {preview.text}
        </pre>
      </details>
    </>
  )
}
