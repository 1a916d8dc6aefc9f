// Lets the app open without a network: the page as it was last served, and the files it has used. Nothing of the API
// goes through here; what the page has read lies in its own store (offline/kept-queries.ts).
const PAGE = 'page'
const FILES = 'files'
const MOST_FILES = 600 // several builds: one has about 80

const base = new URL(self.registration.scope).pathname

self.addEventListener('install', event => {
  event.waitUntil(fetch(base).then(answer => (answer.ok ? keep(PAGE, base, answer) : undefined)))
  self.skipWaiting()
})

self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', event => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  if (pathname.startsWith(`${base}assets/`)) event.respondWith(file(event, request))
  else if (request.mode === 'navigate' && !pathname.startsWith(`${base}api/`)) event.respondWith(page(event))
})

// The files a page had loaded before this worker was there.
self.addEventListener('message', event => {
  const urls = Array.isArray(event.data?.files) ? event.data.files : []
  event.waitUntil(Promise.all(urls.map(url => file(event, new Request(url)).catch(() => undefined))))
})

async function page(event) {
  let answer
  try {
    answer = await fetch(event.request)
  } catch (error) {
    const kept = await caches.match(base, { cacheName: PAGE })
    if (kept === undefined) throw error
    return kept
  }
  if (answer.ok && answer.headers.get('content-type')?.startsWith('text/html')) {
    event.waitUntil(keep(PAGE, base, answer.clone()))
  }
  return answer
}

// Their names change with what is in them.
async function file(event, request) {
  const kept = await caches.match(request, { cacheName: FILES }).catch(() => undefined)
  if (kept !== undefined) return kept
  const answer = await fetch(request)
  if (answer.ok) event.waitUntil(keep(FILES, request, answer.clone()))
  return answer
}

// A full or refused store keeps nothing, and hinders nothing.
async function keep(name, key, answer) {
  try {
    const cache = await caches.open(name)
    await cache.put(key, answer)
    const keys = await cache.keys()
    await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_FILES)).map(old => cache.delete(old)))
  } catch {
    return
  }
}
