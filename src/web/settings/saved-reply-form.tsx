import { Button, Select, Textarea, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import {
  changeSavedReply,
  createSavedReply,
  type SavedReply,
  type SavedReplyContent,
} from '../../shared/saved-replies.ts'
import {
  MAX_TEMPLATE_CHARS,
  SAVED_REPLY_SCOPES,
  SAVED_REPLY_VARIABLES,
} from '../../shared/template-variables.ts'
import { LANGUAGES } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { isAdmin, useMailboxes, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { languageName } from '../ui/language-name.ts'
import { useNotices } from '../ui/notices.tsx'
import { type Form, useForm } from '../ui/use-form.ts'
import css from './page.module.css'
import { Card } from './page.tsx'
import { TemplateFault } from './template-fault.tsx'

/** A saved reply being written: its name, who may use it, and its words in each language. */
export function SavedReplyForm(props: { reply: SavedReply | null; onClose: () => void }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { language } = useMe()
  const form = useForm(contentOf(props.reply, language), async values => {
    const body = { ...values, texts: values.texts.filter(text => text.body.trim() !== '') }
    if (props.reply === null) await call(createSavedReply, { body })
    else await call(changeSavedReply, { params: { id: props.reply.id }, body })
    await queries.invalidateQueries({ queryKey: ['saved-replies'] })
    notices.done(t('done.saved'))
    props.onClose()
  })
  const { values, set } = form
  return (
    <Card title={t(props.reply === null ? 'savedReplies.new' : 'action.edit')}>
      <form className={css.form} onSubmit={form.submit}>
        <div className={css.two}>
          <TextInput
            label={t('savedReplies.name')}
            required
            maxLength={100}
            value={values.name}
            onChange={event => set({ name: event.currentTarget.value })}
            error={form.wrong('name')}
          />
          <TextInput
            label={t('savedReplies.folder')}
            maxLength={60}
            value={values.folder}
            onChange={event => set({ folder: event.currentTarget.value })}
          />
        </div>
        <ScopeFields form={form} />
        <Texts form={form} />
        {form.error !== undefined && <TemplateFault error={form.error} />}
        <div className={css.actions}>
          <Button
            type="submit"
            loading={form.isBusy}
            disabled={values.texts.every(text => text.body.trim() === '')}
          >
            {t('action.save')}
          </Button>
          <Button variant="default" onClick={props.onClose}>
            {t('action.cancel')}
          </Button>
        </div>
      </form>
    </Card>
  )
}

/** Agents write for themselves alone. */
function ScopeFields(props: { form: Form<SavedReplyContent> }) {
  const { t } = useTranslation()
  const mailboxes = useMailboxes().data ?? []
  const { values, set } = props.form
  if (!isAdmin(useMe())) return null
  const firstId = mailboxes[0]?.id ?? null
  return (
    <div className={css.two}>
      <Select
        label={t('savedReplies.scope')}
        allowDeselect={false}
        data={SAVED_REPLY_SCOPES.map(value => ({ value, label: t(`savedReplies.scope.${value}`) }))}
        value={values.scope}
        onChange={value => {
          const scope = SAVED_REPLY_SCOPES.find(word => word === value) ?? values.scope
          set({ scope, mailboxId: scope === 'mailbox' ? (values.mailboxId ?? firstId) : null })
        }}
      />
      {values.scope === 'mailbox' && (
        <Select
          label={t('savedReplies.mailbox')}
          allowDeselect={false}
          data={mailboxes.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={String(values.mailboxId)}
          onChange={value => set({ mailboxId: Number(value) })}
        />
      )}
    </div>
  )
}

function Texts(props: { form: Form<SavedReplyContent> }) {
  const { t } = useTranslation()
  const { values, set } = props.form
  const missing = LANGUAGES.filter(language => values.texts.every(text => text.language !== language))
  return (
    <>
      <p className={css.sub}>
        {t('savedReplies.variables', { names: SAVED_REPLY_VARIABLES.map(name => `{{${name}}}`).join(' ') })}
      </p>
      {values.texts.map(({ language, body }) => (
        <Textarea
          key={language}
          label={languageName(language)}
          lang={language}
          autosize
          minRows={4}
          maxRows={16}
          maxLength={MAX_TEMPLATE_CHARS}
          value={body}
          onChange={event => {
            const words = event.currentTarget.value
            set({
              texts: values.texts.map(text => (text.language === language ? { ...text, body: words } : text)),
            })
          }}
        />
      ))}
      {missing.length > 0 && (
        <div className={css.actions}>
          {missing.map(language => (
            <Button
              key={language}
              variant="default"
              size="xs"
              onClick={() => set({ texts: [...values.texts, { language, body: '' }] })}
            >
              + {languageName(language)}
            </Button>
          ))}
        </div>
      )}
    </>
  )
}

function contentOf(reply: SavedReply | null, language: (typeof LANGUAGES)[number]): SavedReplyContent {
  if (reply === null) {
    return { scope: 'mine', mailboxId: null, name: '', folder: '', texts: [{ language, body: '' }] }
  }
  const { scope, mailboxId, name, folder, texts } = reply
  return { scope, mailboxId, name, folder, texts }
}
