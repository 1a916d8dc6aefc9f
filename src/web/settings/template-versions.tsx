import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { getTemplateVersion, type TemplateContent, type TemplateVersion } from '../../shared/templates.ts'
import { useApi } from '../api.tsx'
import { useAgents } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { fullTime } from '../ui/format-time.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import css from './page.module.css'
import { Card } from './page.tsx'
import type { WhichTemplate } from './use-template-preview.ts'

type Props = {
  which: WhichTemplate
  versions: readonly TemplateVersion[]
  onLook: (content: TemplateContent) => void
  onRestore: (version: number) => void
}

/** Who saved what and when, newest first; each can be looked at in the editor or taken up again. */
export function TemplateVersions(props: Props) {
  const { t } = useTranslation()
  if (props.versions.length === 0) return null
  return (
    <Card title={t('templates.versions')}>
      <ul className={css.rows}>
        {props.versions.map((version, place) => (
          <VersionLine key={version.version} {...props} version={version} isCurrent={place === 0} />
        ))}
      </ul>
    </Card>
  )
}

function VersionLine(props: Omit<Props, 'versions'> & { version: TemplateVersion; isCurrent: boolean }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const timeStyle = useTimeStyle()
  const { version, savedAt, agentId, isDefault, restoredFrom } = props.version
  const agent = useAgents().data?.find(one => one.id === agentId)
  const look = useMutation({
    mutationFn: () => call(getTemplateVersion, { params: { ...props.which, version } }),
    onSuccess: props.onLook,
  })
  return (
    <li className={css.row}>
      <div className={css.main}>
        <p className={css.title}>
          {t('templates.version', { number: version })}
          {isDefault && ` · ${t('templates.default')}`}
          {restoredFrom !== null && ` · ${t('templates.restoredFrom', { number: restoredFrom })}`}
        </p>
        <p className={css.sub}>
          {agent?.name} · {fullTime(new Date(savedAt), timeStyle)}
        </p>
      </div>
      {props.isCurrent && (
        <span className={css.badge} data-tone="ok">
          {t('templates.current')}
        </span>
      )}
      <Button variant="default" size="xs" loading={look.isPending} onClick={() => look.mutate()}>
        {t('templates.look')}
      </Button>
      {!props.isCurrent && (
        <Button variant="default" size="xs" onClick={() => props.onRestore(version)}>
          {t('templates.restore')}
        </Button>
      )}
      {look.isError && <Fault error={look.error} />}
    </li>
  )
}
