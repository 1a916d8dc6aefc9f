import { Button } from '@mantine/core'
import type { ServerCertificate } from '../../shared/mailbox-checks.ts'
import type { ServerAddress } from '../../shared/mailboxes.ts'
import { useTranslation } from '../texts.tsx'
import { Facts } from './page.tsx'

// An expired one cannot be trusted: whoever runs the server has to renew it.
const TRUSTABLE = ['certificate-untrusted', 'certificate-wrong-name', 'certificate-changed']

/** Whom a certificate is for, until when and its fingerprint, and the wish to trust exactly this one. */
export function CertificateCard(props: {
  code: string
  certificate: ServerCertificate
  server: ServerAddress
  onTrust: ((server: ServerAddress) => void) | undefined
}) {
  const { t, i18n } = useTranslation()
  const { certificate, server, onTrust } = props
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' })
  const facts = [
    [t('certificate.for'), certificate.names.join(', ')],
    [t('certificate.issuer'), certificate.issuer],
    [t('certificate.until'), day.format(new Date(certificate.validUntil))],
    ['SHA-256', <code key="sha256">{certificate.sha256}</code>],
  ] as const
  return (
    <>
      <Facts facts={facts} />
      {TRUSTABLE.includes(props.code) && onTrust !== undefined && (
        <>
          <p>{t('certificate.hint')}</p>
          <Button
            variant="default"
            size="xs"
            mt={8}
            onClick={() => onTrust({ ...server, certificate: certificate.pem })}
          >
            {t('certificate.trust')}
          </Button>
        </>
      )}
    </>
  )
}
