/** What this tab calls itself to the server, so that two tabs of one agent come and go apart. */
// Not randomUUID: a page that is served without TLS has none.
export const TAB_NAME = Array.from(crypto.getRandomValues(new Uint32Array(4)), part =>
  part.toString(36).padStart(7, '0'),
).join('-')
