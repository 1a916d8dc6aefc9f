import { NumberInput, Select, TextInput } from '@mantine/core'
import type { ServerAddress } from '../../shared/mailboxes.ts'
import { useTranslation } from '../texts.tsx'
import css from './page.module.css'

/** A server as typed; an empty host means "find it". */
export type TypedServer = { host: string; port: number; security: ServerAddress['security'] }

/** Host, port and encryption of one server. There is no choice without encryption. */
export function ServerFields(props: {
  title: string
  server: TypedServer
  onChange: (server: TypedServer) => void
}) {
  const { t } = useTranslation()
  const { server, onChange } = props
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
      <legend className={css.title}>{props.title}</legend>
      <div className={css.two}>
        <TextInput
          label={t('server.host')}
          placeholder={t('server.found')}
          spellCheck={false}
          value={server.host}
          onChange={event => onChange({ ...server, host: event.currentTarget.value.trim() })}
        />
        <NumberInput
          label={t('server.port')}
          min={1}
          max={65535}
          hideControls
          allowDecimal={false}
          value={server.port}
          onChange={port => onChange({ ...server, port: Number(port) })}
        />
        <Select
          label={t('server.security')}
          data={[
            { value: 'tls', label: 'TLS' },
            { value: 'starttls', label: 'STARTTLS' },
          ]}
          allowDeselect={false}
          value={server.security}
          onChange={security =>
            onChange({ ...server, security: security === 'starttls' ? 'starttls' : 'tls' })
          }
        />
      </div>
    </fieldset>
  )
}

/** A typed server as the API takes it; undefined where the host is left to be found. */
export function serverOf(typed: TypedServer): ServerAddress | undefined {
  return typed.host === '' ? undefined : typed
}
