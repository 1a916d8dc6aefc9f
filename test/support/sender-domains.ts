import { generateKeyPairSync } from 'node:crypto'
import { dkimSign } from 'mailauth'
import DkimSigner from 'nodemailer/lib/dkim/index.js'
import type { DnsServer } from './dns-server.ts'

/** A sender's domain with a DKIM key made in this run; `sign` puts the signature on top. */
export type SignedDomain = {
  name: string
  sign: (raw: Buffer) => Promise<Buffer>
  /** Signs the first bytes of the body only (`l=`). */
  signPart: (raw: Buffer, bodyBytes: number) => Promise<Buffer>
}

const SELECTOR = 'test'

/**
 * Publishes a domain: a DKIM key, and what else is given. Signing is nodemailer's, checking mailauth's: two
 * readings of RFC 6376.
 *
 * @param records.policy the tags behind `v=DMARC1;`
 * @param records.spf the terms behind `v=spf1`
 */
export function publishDomain(
  dns: DnsServer,
  name: string,
  records: { policy?: string; spf?: string } = {},
): SignedDomain {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  dns.setText(`${SELECTOR}._domainkey.${name}`, `v=DKIM1; k=rsa; p=${key}`)
  if (records.policy !== undefined) dns.setText(`_dmarc.${name}`, `v=DMARC1; ${records.policy}`)
  if (records.spf !== undefined) dns.setText(name, `v=spf1 ${records.spf}`)
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const signer = new DkimSigner({ domainName: name, keySelector: SELECTOR, privateKey: pem })
  return {
    name,
    sign: raw => signWith(signer, raw),
    signPart: async (raw, maxBodyLength) => {
      const key = { signingDomain: name, selector: SELECTOR, privateKey: pem }
      const { signatures } = await dkimSign(raw, { ...key, signatureData: [{ ...key, maxBodyLength }] })
      return Buffer.concat([Buffer.from(signatures), raw])
    },
  }
}

async function signWith(signer: DkimSigner, raw: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of signer.sign(raw)) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** The lines a mail server puts on top of a mail that a client at `ip` handed it. */
export function receivedLines(by: string, from: { ip: string; helo?: string; mailFrom?: string }): string[] {
  const { ip, helo = 'out.sender.test', mailFrom } = from
  return [
    ...(mailFrom === undefined ? [] : [`Return-Path: <${mailFrom}>`]),
    `Received: from ${helo} (${helo} [${ip}])\r\n\tby ${by} (Postfix) with ESMTPS id 4XyZ1k2Abc\r\n\tfor <support@desk.test>; Mon,  2 Nov 2026 09:00:01 +0000 (UTC)`,
  ]
}

/** `raw` with header lines above all others. */
export function under(lines: readonly string[], raw: Buffer): Buffer {
  return Buffer.concat([Buffer.from(lines.map(line => `${line}\r\n`).join('')), raw])
}
