import type { Draft } from './draft-store.ts'

/**
 * The name of a try to send: that of the last one where the same is asked, so that it acts once. A time that went on
 * meanwhile and the state after it make no other try: the answer is then the first reply, or says that it was sent.
 */
export function nameTry(lastTry: Draft['lastTry'], body: object): { key: string; body: string } {
  const isAsked = (name: string) => !['sendAt', 'stateAfter', 'snooze'].includes(name)
  const asked = JSON.stringify(Object.fromEntries(Object.entries(body).filter(([name]) => isAsked(name))))
  return lastTry?.body === asked ? lastTry : { key: randomKey(), body: asked }
}

/** A name that nothing else has: for one request, so that repeating it acts once, or for one tab. */
export function randomKey(): string {
  // Not randomUUID: a page that is served without TLS has none.
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), part => part.toString(36)).join('-')
}
