import { Button, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import type { CheckFacts, CheckResult } from '../../shared/mailbox-checks.ts'
import { connectMailbox, type MailboxSettings } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { CheckFault, CheckList } from '../settings/check-list.tsx'
import { FormEnd } from '../settings/form-end.tsx'
import css from '../settings/page.module.css'
import { Card } from '../settings/page.tsx'
import { useTranslation } from '../texts.tsx'
import { useForm } from '../ui/use-form.ts'
import own from './connect.module.css'
import { NO_OLD_MAIL, OldMail, type OldMailChoice, startOf, usualFolders } from './old-mail.tsx'
import { nameFrom, provenConnection, type Typed } from './typed-account.ts'

type Values = OldMailChoice & { name: string }

/** What of the mail that is there becomes tickets, with the numbers the check found, and what the mailbox is called. */
export function BringInStep(props: {
  typed: Typed
  checked: CheckResult
  onBack: () => void
  onMade: (mailbox: MailboxSettings) => void
}) {
  const { t } = useTranslation()
  const { typed, checked, onBack, onMade } = props
  const { call } = useApi()
  const queries = useQueryClient()
  const inside = factsOf(checked, 'imap-folders')
  const initial: Values = { ...NO_OLD_MAIL, folders: usualFolders(inside), name: nameFrom(typed.address) }
  const form = useForm(initial, async ({ name, ...oldMail }) => {
    const mailbox = await call(connectMailbox, {
      body: {
        ...provenConnection(typed, checked),
        name: name.trim() || nameFrom(typed.address),
        start: startOf(oldMail),
        ...(inside.folders === undefined ? {} : { folders: oldMail.folders }),
        learned: learnedFrom(factsOf(checked, 'round-trip')),
      },
    })
    await queries.invalidateQueries()
    onMade(mailbox)
  })
  return (
    <Card>
      <details className={own.checked}>
        <summary>{t('connect.checked')}</summary>
        <CheckList result={checked} address={typed.address} />
      </details>
      <form className={css.form} onSubmit={form.submit}>
        <TextInput
          label={t('connect.name')}
          description={t('connect.nameHint')}
          maxLength={100}
          value={form.values.name}
          onChange={event => form.set({ name: event.currentTarget.value })}
          error={form.wrong('name')}
        />
        <OldMail choice={form.values} inside={inside} onChange={form.set} />
        <Preview inside={inside} />
        <FormEnd form={form} Words={CheckFault} label={t('connect.finish')}>
          <Button variant="default" onClick={onBack}>
            {t('connect.back')}
          </Button>
        </FormEnd>
      </form>
    </Card>
  )
}

/** What INBOX holds, as a sign that it is the right one. */
function Preview(props: { inside: CheckFacts }) {
  const { t } = useTranslation()
  const { mails, newest = [] } = props.inside
  if (mails === 0) return <p className={css.sub}>{t('connect.emptyInbox')}</p>
  if (newest.length === 0) return null
  return (
    <div>
      <p className={css.sub}>{t('connect.newest')}</p>
      <ul className={own.subjects}>
        {newest.map((subject, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two mails may have one subject, and the list never changes
          <li key={place}>{subject || t('ticket.noSubject')}</li>
        ))}
      </ul>
    </div>
  )
}

function factsOf(checked: CheckResult, name: string): CheckFacts {
  return checked.steps.find(({ step }) => step === name)?.facts ?? {}
}

function learnedFrom({ keepsMessageId, keepsDate, filesSent }: CheckFacts) {
  return {
    ...(keepsMessageId !== undefined && { keepsMessageId }),
    ...(keepsDate !== undefined && { keepsDate }),
    ...(filesSent !== undefined && { filesSent }),
  }
}
