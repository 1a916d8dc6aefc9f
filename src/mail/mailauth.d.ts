// The parts of mailauth that we load. Its main module brings forty megabytes for BIMI and sealing; its own types
// name the main module only.

type DnsResolver = (name: string, type: string) => Promise<unknown[]>

declare module 'mailauth/lib/parse-received.js' {
  type Clause = { value: string; comment?: string }
  const module: {
    parseReceived: (line: string) => false | Record<string, Clause | undefined>
    getClientAddress: (from: Clause | undefined) => string | false
  }
  export default module
}

declare module 'mailauth/lib/dkim/verify.js' {
  type Signature = {
    signingDomain?: string
    status: { result: string; comment?: string | false; underSized?: number }
  }
  type Chain = { lastEntry?: { 'arc-seal'?: { parsed?: { d?: { value?: string } } } } }
  const module: {
    dkimVerify: (
      raw: Buffer,
      options: { resolver: DnsResolver; rejectRsaSha1?: boolean; sender?: string },
    ) => Promise<{ results: Signature[]; arc?: Chain }>
  }
  export default module
}

declare module 'mailauth/lib/arc/index.js' {
  type Verdict = { result?: string }
  const module: {
    arc: (
      chain: unknown,
      options: { resolver: DnsResolver },
    ) => Promise<{ status: { result: string }; authenticationResults?: { dmarc?: Verdict } }>
  }
  export default module
}

declare module 'mailauth/lib/spf/index.js' {
  const module: {
    spf: (options: {
      sender: string
      ip: string
      helo: string
      mta: string
      resolver: DnsResolver
    }) => Promise<false | { domain: string; status: { result: string } }>
  }
  export default module
}

declare module 'mailauth/lib/dmarc/verify.js' {
  type Dmarc = { status: { result: string }; policy?: string }
  const verifyDmarc: (options: {
    headerFrom: string[]
    spfDomains: string[]
    dkimDomains: { domain: string }[]
    resolver: DnsResolver
  }) => Promise<Dmarc | false>
  export default verifyDmarc
}

declare module 'mailauth/lib/dkim/body/index.js' {
  const module: {
    dkimBody: (
      canonicalization: 'relaxed',
      hash: 'sha256',
    ) => { update: (chunk: Buffer) => void; digest: (encoding: 'base64') => string }
  }
  export default module
}
