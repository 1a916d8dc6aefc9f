import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import type { ServerAddress } from '../../shared/mailboxes.ts'
import { useTranslation } from '../texts.tsx'
import css from './page.module.css'

/** A server as typed; an empty host means "find it". */
export type TypedServer = ServerAddress

/**
 * Host, port and encryption of one server. There is no choice without encryption. A certificate that is trusted stays
 * with the host it was shown by. `found` is what will be taken where nothing is typed.
 */
export function ServerFields(props: {
  title: string
  server: TypedServer
  found?: ServerAddress | undefined
  /** The server is not looked for where nothing is typed. */
  isRequired?: boolean
  onChange: (server: TypedServer) => void
}) {
  const { t } = useTranslation()
  const { server, found, isRequired = false, onChange } = props
  const { certificate, ...plain } = server
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
      <legend className={css.title} style={{ padding: 0 }}>
        {props.title}
      </legend>
      <div className={css.two}>
        <TextInput
          label={t('server.host')}
          placeholder={isRequired ? 'mail.example.com' : (found?.host ?? t('server.found'))}
          required={isRequired}
          spellCheck={false}
          value={server.host}
          onChange={event => onChange({ ...plain, host: event.currentTarget.value.trim() })}
        />
        <NumberInput
          label={t('server.port')}
          min={1}
          max={65535}
          hideControls
          allowDecimal={false}
          value={server.host === '' ? (found?.port ?? server.port) : server.port}
          onChange={port => onChange({ ...server, port: Number(port) })}
        />
        <Select
          label={t('server.security')}
          data={[
            { value: 'tls', label: 'TLS' },
            { value: 'starttls', label: 'STARTTLS' },
          ]}
          allowDeselect={false}
          value={server.host === '' ? (found?.security ?? server.security) : server.security}
          onChange={security =>
            onChange({ ...server, security: security === 'starttls' ? 'starttls' : 'tls' })
          }
        />
      </div>
      {certificate !== undefined && (
        <p className={css.sub}>
          {t('certificate.trusted')}{' '}
          <Button variant="subtle" size="compact-xs" onClick={() => onChange(plain)}>
            {t('certificate.forget')}
          </Button>
        </p>
      )}
    </fieldset>
  )
}

/** A typed server as the API takes it; undefined where the host is left to be found. */
export function serverOf(typed: TypedServer): ServerAddress | undefined {
  return typed.host === '' ? undefined : typed
}
