import { Button, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { BodyOf } from '../../shared/define-route.ts'
import {
  HAS_SUBJECT,
  MAIL_TEMPLATES,
  MAX_TEMPLATE_CHARS,
  type MailTemplate,
  TEMPLATE_VARIABLES,
} from '../../shared/template-variables.ts'
import {
  getTemplate,
  saveTemplate,
  type TemplateContent,
  type TemplateDetail,
  type TemplateProblem,
} from '../../shared/templates.ts'
import { LANGUAGES } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { NoPermission, NotFoundPage } from '../page-states.tsx'
import { isAdmin, useMailbox, useMe } from '../session.ts'
import { browserLanguage } from '../speech.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { languageName } from '../ui/language-name.ts'
import { useNotices } from '../ui/notices.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { ProblemList } from './problem-list.tsx'
import { TemplatePreviewCard } from './template-preview.tsx'
import { TemplateVersions } from './template-versions.tsx'
import { useTemplatePreview, type WhichTemplate } from './use-template-preview.ts'

/** The editor of one mail of a mailbox in one language: its words, what it looks like, and its versions. */
export function TemplatePage() {
  const { call } = useApi()
  const me = useMe()
  const params = useParams({ strict: false })
  const name = MAIL_TEMPLATES.find(word => word === params.name)
  const which = {
    id: Number(params.id),
    name: name ?? 'reply',
    language: browserLanguage([params.language ?? '']),
  }
  const template = useQuery({
    queryKey: ['template', which],
    queryFn: () => call(getTemplate, { params: which }),
    enabled: isAdmin(me) && name !== undefined,
  })
  if (!isAdmin(me)) return <NoPermission />
  if (name === undefined) return <NotFoundPage />
  if (template.isPending) return <Skeleton rows={4} />
  if (template.data === undefined)
    return <Fault error={template.error} onRetry={() => void template.refetch()} />
  // A saved version begins the form anew.
  const key = `${which.name} ${which.language} ${template.data.version}`
  return <Editor key={key} which={which} template={template.data} />
}

function Editor(props: { which: WhichTemplate; template: TemplateDetail }) {
  const { t } = useTranslation()
  const { which, template } = props
  const mailbox = useMailbox(which.id)
  const [content, setContent] = useState<TemplateContent>(template.content)
  const preview = useTemplatePreview(which, content)
  const saving = useSave(which, template.version)
  return (
    <Page
      title={t(`templates.name.${which.name}`)}
      {...(mailbox && { hint: mailbox.name })}
      action={<Back {...which} />}
    >
      {template.problem !== null && (
        <div className={css.problem} role="alert">
          <p>{t('templates.brokenWords')}</p>
          <p>{template.problem}</p>
        </div>
      )}
      <Card>
        <LanguageChoice which={which} />
        <Fields
          which={which}
          content={content}
          defaultHtml={template.defaultHtml}
          problems={preview.problems}
          onChange={patch => setContent(now => ({ ...now, ...patch }))}
        />
        {saving.isError && <Fault error={saving.error} />}
        <div className={css.actions}>
          <Button
            loading={saving.isPending}
            disabled={preview.problems.length > 0}
            onClick={() => saving.mutate({ content })}
          >
            {t('action.save')}
          </Button>
          {template.isOwn && (
            <Button variant="default" onClick={() => saving.mutate({ useDefault: true })}>
              {t('templates.useDefault')}
            </Button>
          )}
        </div>
      </Card>
      <TemplatePreviewCard which={which} content={content} preview={preview} />
      <TemplateVersions
        which={which}
        versions={template.versions}
        onLook={setContent}
        onRestore={version => saving.mutate({ restore: version })}
      />
    </Page>
  )
}

function useSave(which: WhichTemplate, after: number) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  return useMutation({
    mutationFn: (change: BodyOf<typeof saveTemplate>['change']) =>
      call(saveTemplate, { params: which, body: { after, change } }),
    onSuccess: async template => {
      queries.setQueryData(['template', which], template)
      notices.done(t('done.saved'))
      await queries.invalidateQueries({ queryKey: ['templates', which.id] })
      await queries.invalidateQueries({ queryKey: ['mailboxes'] })
    },
  })
}

function Back(props: WhichTemplate) {
  const { t } = useTranslation()
  return (
    <Link to="/settings/mailboxes/$id" params={{ id: String(props.id) }}>
      {t('templates.back')}
    </Link>
  )
}

function LanguageChoice(props: { which: WhichTemplate }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { id, name, language } = props.which
  return (
    <Select
      label={t('templates.language')}
      description={t('templates.languageHint')}
      allowDeselect={false}
      data={LANGUAGES.map(value => ({ value, label: languageName(value) }))}
      value={language}
      onChange={value =>
        void navigate({
          to: '/settings/mailboxes/$id/templates/$name/$language',
          params: { id: String(id), name, language: value ?? language },
        })
      }
    />
  )
}

type FieldsProps = {
  which: WhichTemplate
  content: TemplateContent
  defaultHtml: string
  problems: readonly TemplateProblem[]
  onChange: (patch: Partial<TemplateContent>) => void
}

/** Subject, text and, where it is wanted, HTML, each with what is wrong in it. */
function Fields(props: FieldsProps) {
  const { t } = useTranslation()
  const { which, content, onChange } = props
  const of = (part: TemplateProblem['part']) => props.problems.filter(problem => problem.part === part)
  return (
    <>
      {HAS_SUBJECT[which.name] && (
        <TextInput
          label={t('templates.subject')}
          maxLength={300}
          value={content.subject ?? ''}
          onChange={event => onChange({ subject: event.currentTarget.value || null })}
          error={of('subject').length > 0 && <ProblemList problems={of('subject')} />}
        />
      )}
      <SourceField
        label={t('templates.text')}
        value={content.text}
        onValue={text => onChange({ text })}
        problems={of('text')}
      />
      <Variables name={which.name} hasHtml={content.html !== null} />
      <Switch
        label={t('templates.ownHtml')}
        description={t('templates.ownHtmlHint')}
        checked={content.html !== null}
        onChange={event => onChange({ html: event.currentTarget.checked ? props.defaultHtml : null })}
      />
      {content.html !== null && (
        <SourceField
          label="HTML"
          value={content.html}
          onValue={html => onChange({ html })}
          problems={of('html')}
        />
      )}
    </>
  )
}

function SourceField(props: {
  label: string
  value: string
  onValue: (value: string) => void
  problems: readonly TemplateProblem[]
}) {
  const hasProblem = props.problems.length > 0
  return (
    <Textarea
      label={props.label}
      autosize
      minRows={8}
      maxRows={24}
      maxLength={MAX_TEMPLATE_CHARS}
      spellCheck={false}
      classNames={{ input: css.source }}
      value={props.value}
      onChange={event => props.onValue(event.currentTarget.value)}
      error={hasProblem && <ProblemList problems={props.problems} />}
    />
  )
}

/** Everything this mail may show, as it is written in a template. */
function Variables(props: { name: MailTemplate; hasHtml: boolean }) {
  const { t } = useTranslation()
  return (
    <details className={css.variables} open>
      <summary>{t('templates.variables')}</summary>
      <dl className={css.facts}>
        {TEMPLATE_VARIABLES[props.name].map(({ name, is }) => (
          <div key={name} className={css.fact}>
            <dt>
              <code>{`{{${name}}}`}</code>
            </dt>
            <dd>
              {t(`templates.variable.${name}`)}
              {is === 'lines' && props.hasHtml && (
                <>
                  {' '}
                  {t('templates.inHtml')} <code>{`{{#each ${name}Lines}}{{this}}<br>{{/each}}`}</code>
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <p className={css.sub}>
        {t('templates.conditions')} <code>{'{{#if name}} … {{else}} … {{/if}}'}</code>
      </p>
    </details>
  )
}
