import type { Db } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { AppError } from '../lib/app-error.ts'
import type { Trust } from '../mailboxes/host-guard.ts'
import { openSecret, sealSecret } from '../mailboxes/sealed-secret.ts'
import { getHealthSetting, updateWebhook } from './alerts.queries.ts'
import { postToWebhook } from './post-to-webhook.ts'

/** What the address of the webhook is sealed for. */
export const webhookContext = 'health_setting|only|webhook_sealed'

/**
 * Keeps where alerts are posted to, after it has taken one that says so; null: nowhere.
 *
 * @throws AppError `bad-webhook` for what is no https address
 * @throws RemoteFault as `postToWebhook`
 */
export async function setWebhook(
  needs: { db: Db; keys: KeyRing; trust: Trust },
  url: string | null,
): Promise<void> {
  if (url === null) return await updateWebhook(needs.db, null)
  const read = URL.parse(url.trim())
  if (read === null || read.protocol !== 'https:' || read.username !== '') {
    throw new AppError('bad-webhook', 'a webhook is an https address')
  }
  await postToWebhook(needs.trust, read.href, {
    text: 'Letterdesk will post its alerts here.',
    state: 'test',
  })
  await updateWebhook(needs.db, { ...sealSecret(needs.keys, webhookContext, read.href), host: read.host })
}

/** Where alerts are posted to, or null. @throws AppError `cannot-open-secret` */
export async function openWebhook({ db, keys }: { db: Db; keys: KeyRing }): Promise<string | null> {
  const { webhookSealed: sealed, webhookKeyId: keyId } = await getHealthSetting(db)
  return sealed === null ? null : await openSecret(keys, webhookContext, { sealed, keyId })
}
