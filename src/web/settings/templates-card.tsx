import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MAIL_TEMPLATES, type MailTemplate } from '../../shared/template-variables.ts'
import { listTemplates, type TemplateRow } from '../../shared/templates.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { languageName } from '../ui/language-name.ts'
import css from './page.module.css'
import { Card } from './page.tsx'

/** The mails a mailbox writes, each with its languages: whether in its own words, and whether those hold. */
export function TemplatesCard(props: { mailboxId: number }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const { mailboxId } = props
  const templates = useQuery({
    queryKey: ['templates', mailboxId],
    queryFn: async () => (await call(listTemplates, { params: { id: mailboxId } })).data,
  })
  if (templates.isPending) return null
  if (templates.data === undefined)
    return <Fault error={templates.error} onRetry={() => void templates.refetch()} />
  return (
    <Card title={t('templates.title')}>
      <p className={css.sub}>{t('templates.hint')}</p>
      <ul className={css.rows}>
        {MAIL_TEMPLATES.map(name => (
          <TemplateLine
            key={name}
            mailboxId={mailboxId}
            name={name}
            rows={templates.data.filter(row => row.name === name)}
          />
        ))}
      </ul>
    </Card>
  )
}

function TemplateLine(props: { mailboxId: number; name: MailTemplate; rows: readonly TemplateRow[] }) {
  const { t } = useTranslation()
  const { mailboxId, name, rows } = props
  return (
    <li className={css.row}>
      <div className={css.main}>
        <p className={css.title}>{t(`templates.name.${name}`)}</p>
        <p className={css.sub}>{t(`templates.about.${name}`)}</p>
      </div>
      <ul className={css.chips}>
        {rows.map(({ language, isOwn, brokenSince }) => (
          <li key={language}>
            <Link
              to="/settings/mailboxes/$id/templates/$name/$language"
              params={{ id: String(mailboxId), name, language }}
              className={css.badge}
              data-tone={toneOf(isOwn, brokenSince)}
            >
              {languageName(language)}
              {isOwn && ` · ${t(brokenSince === null ? 'templates.own' : 'templates.broken')}`}
            </Link>
          </li>
        ))}
      </ul>
    </li>
  )
}

function toneOf(isOwn: boolean, brokenSince: TemplateRow['brokenSince']): 'danger' | 'ok' | undefined {
  if (brokenSince !== null) return 'danger'
  return isOwn ? 'ok' : undefined
}
