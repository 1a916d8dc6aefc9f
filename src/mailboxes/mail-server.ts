/** A mail server as somebody typed it: `tls` from the first byte, `starttls` after a plain greeting. */
export type MailServer = { host: string; port: number; security: 'tls' | 'starttls' }
