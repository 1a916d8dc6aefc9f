import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** One server certificate and its key, as files (Dovecot) and as PEM text (Node). */
export type Certificate = { certFile: string; keyFile: string; cert: string; key: string }

/** Which of the certificates a test server shows. */
export type CertificateKind = 'server' | 'expired' | 'wrongName' | 'selfSigned'

/** A throw-away authority and what it signed. `caFile` is what a client trusts by EXTRA_CA_FILE. */
export type Certificates = Record<CertificateKind, Certificate> & {
  dir: string
  caFile: string
  ca: string
  remove(): Promise<void>
}

type Subject = { name: string; altNames: string; days: number }

const SUBJECTS: Record<CertificateKind, Subject> = {
  server: {
    name: 'localhost',
    altNames: 'DNS:localhost,DNS:mail.test,DNS:*.mail.test,IP:127.0.0.1,IP:127.0.0.2,IP:::1',
    days: 30,
  },
  expired: { name: 'localhost', altNames: 'DNS:localhost,DNS:mail.test,IP:127.0.0.1', days: -1 },
  wrongName: { name: 'elsewhere.test', altNames: 'DNS:elsewhere.test', days: 30 },
  selfSigned: { name: 'localhost', altNames: 'DNS:localhost,DNS:mail.test,IP:127.0.0.1', days: 30 },
}

const runFile = promisify(execFile)

async function openssl(...args: string[]): Promise<void> {
  await runFile('openssl', args)
}

/**
 * Makes a certificate authority that lives as long as the test run, and four server certificates:
 * a good one, an expired one, one for another host, and one that no authority signed. About 0.2 s.
 */
export async function makeCertificates(): Promise<Certificates> {
  const dir = await mkdtemp(join(tmpdir(), 'letterdesk-certificates-'))
  const [caKey, caFile] = [join(dir, 'ca.key'), join(dir, 'ca.pem')]
  await makeKey(caKey)
  await openssl(
    'req',
    '-x509',
    '-new',
    '-key',
    caKey,
    '-out',
    caFile,
    '-days',
    '30',
    '-subj',
    '/CN=Letterdesk test CA',
  )
  for (const kind of Object.keys(SUBJECTS) as CertificateKind[]) {
    await (kind === 'selfSigned' ? selfSign(dir, kind) : sign(dir, kind))
  }
  return loadCertificates(dir)
}

/** Reads a folder that makeCertificates filled: for a test server that runs as its own process. */
export async function loadCertificates(dir: string): Promise<Certificates> {
  const load = async (kind: CertificateKind): Promise<Certificate> => {
    const [certFile, keyFile] = [join(dir, kind, 'cert.pem'), join(dir, kind, 'key.pem')]
    return { certFile, keyFile, cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
  }
  const caFile = join(dir, 'ca.pem')
  return {
    dir,
    caFile,
    ca: await readFile(caFile, 'utf8'),
    server: await load('server'),
    expired: await load('expired'),
    wrongName: await load('wrongName'),
    selfSigned: await load('selfSigned'),
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}

async function makeKey(file: string): Promise<void> {
  await openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file)
}

async function sign(dir: string, kind: CertificateKind): Promise<void> {
  const { name, altNames, days } = SUBJECTS[kind]
  const here = join(dir, kind)
  const [key, request, extensions] = [
    join(here, 'key.pem'),
    join(here, 'request.pem'),
    join(here, 'extensions'),
  ]
  await mkdir(here)
  await makeKey(key)
  await writeFile(extensions, `subjectAltName=${altNames}\nextendedKeyUsage=serverAuth\n`)
  await openssl('req', '-new', '-key', key, '-out', request, '-subj', `/CN=${name}`)
  const authority = ['-CA', join(dir, 'ca.pem'), '-CAkey', join(dir, 'ca.key'), '-CAcreateserial']
  const validity = ['-days', String(days), '-extfile', extensions]
  await openssl('x509', '-req', '-in', request, ...authority, ...validity, '-out', join(here, 'cert.pem'))
}

async function selfSign(dir: string, kind: CertificateKind): Promise<void> {
  const { name, altNames, days } = SUBJECTS[kind]
  const here = join(dir, kind)
  const key = join(here, 'key.pem')
  await mkdir(here)
  await makeKey(key)
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${altNames}`, '-days', String(days)]
  await openssl('req', '-x509', '-new', '-key', key, ...subject, '-out', join(here, 'cert.pem'))
}
