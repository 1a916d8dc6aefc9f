/**
 * A mail server as somebody typed it: `tls` from the first byte, `starttls` after a plain greeting. `certificate`: the
 * one certificate (PEM) a person decided to trust; then no other is, not even one that an authority vouches for.
 */
export type MailServer = {
  host: string
  port: number
  security: 'tls' | 'starttls'
  certificate?: string
}
