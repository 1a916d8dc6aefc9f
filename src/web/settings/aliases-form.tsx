import { Button, TextInput } from '@mantine/core'
import type { AliasDetails, MailboxSettings } from '../../shared/mailboxes.ts'
import { useTranslation } from '../texts.tsx'
import { useForm } from '../ui/use-form.ts'
import { FormEnd } from './form-end.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'
import { SignatureField } from './signature-field.tsx'
import { TemplateFault } from './template-fault.tsx'
import { useSaveMailbox } from './use-save-mailbox.ts'

/** Further addresses of a mailbox: mail to one is answered from it, under its name and with its signature. */
export function AliasesForm(props: { mailbox: MailboxSettings }) {
  const { t } = useTranslation()
  const { id, name, aliasDetails } = props.mailbox
  const form = useForm({ aliasDetails }, useSaveMailbox(id))
  const aliases = form.values.aliasDetails
  const change = (place: number, patch: Partial<AliasDetails>) =>
    form.set({ aliasDetails: aliases.map((alias, at) => (at === place ? { ...alias, ...patch } : alias)) })
  const remove = (place: number) => form.set({ aliasDetails: aliases.filter((_, at) => at !== place) })
  const add = () => form.set({ aliasDetails: [...aliases, { address: '', name: null, signature: '' }] })
  return (
    <Card title={t('aliases.title')}>
      <p className={css.sub}>{t('aliases.hint')}</p>
      <form className={css.form} onSubmit={form.submit}>
        {aliases.map((alias, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; its address is being typed
          <fieldset key={place} className={css.group}>
            <legend className="visually-hidden">{alias.address || t('aliases.add')}</legend>
            <div className={css.two}>
              <TextInput
                label={t('aliases.address')}
                type="email"
                required
                maxLength={320}
                value={alias.address}
                onChange={event => change(place, { address: event.currentTarget.value })}
                error={form.wrong(`aliasDetails.${place}.address` as 'aliasDetails')}
              />
              <TextInput
                label={t('aliases.name')}
                placeholder={name}
                maxLength={100}
                value={alias.name ?? ''}
                onChange={event => change(place, { name: event.currentTarget.value || null })}
              />
            </div>
            <SignatureField
              kind="mailbox"
              label={t('mailbox.signature')}
              hint={t('aliases.signatureHint')}
              value={alias.signature}
              onValue={signature => change(place, { signature })}
            />
            <div className={css.actions}>
              <Button variant="default" size="xs" onClick={() => remove(place)}>
                {t('aliases.remove')}
              </Button>
            </div>
          </fieldset>
        ))}
        <FormEnd form={form} Words={TemplateFault}>
          <Button variant="default" onClick={add}>
            {t('aliases.add')}
          </Button>
        </FormEnd>
      </form>
    </Card>
  )
}
