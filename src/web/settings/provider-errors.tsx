import type { SignInKind } from '../../shared/vocabulary.ts'
import { useTranslation } from '../texts.tsx'
import css from './page.module.css'

// What their own pages show without sending anybody back to us.
const SHOWN: Record<SignInKind, readonly (readonly [string, string])[]> = {
  google: [
    ['redirect_uri_mismatch', 'redirect-refused'],
    ['org_internal', 'outside-organisation'],
    ['admin_policy_enforced', 'admin-approval-needed'],
  ],
  microsoft: [
    ['AADSTS50011', 'redirect-refused'],
    ['AADSTS65001', 'admin-approval-needed'],
    ['AADSTS700016', 'app-unknown'],
    ['AADSTS7000215', 'app-secret-refused'],
    ['AADSTS50020', 'outside-organisation'],
  ],
  google_delegation: [['unauthorized_client', 'app-not-permitted']],
  openid: [
    ['invalid_client', 'app-secret-refused'],
    ['redirect_uri', 'redirect-refused'],
  ],
}

/** What the errors mean that people see at the provider and not here. */
export function ProviderErrors(props: { kind: SignInKind }) {
  const { t } = useTranslation()
  return (
    <details className={css.variables}>
      <summary>{t('signInApp.pageSays')}</summary>
      <dl className={css.facts}>
        {SHOWN[props.kind].map(([said, code]) => (
          <div key={said} className={css.fact}>
            <dt>
              <code>{said}</code>
            </dt>
            <dd>
              {t(`problem.${code}`)} {t(`problem.${code}.do`)}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
