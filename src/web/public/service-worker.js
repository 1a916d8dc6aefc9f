// Lets the app open without a network: the page as it was last served, and the files it has used. Nothing of the API
// goes through here; what the page has read lies in its own store (offline/kept-queries.ts).
const PAGE = 'page'
const FILES = 'files'
const MOST_FILES = 150 // several builds

const base = new URL(self.registration.scope).pathname

self.addEventListener('install', event => {
  event.waitUntil(caches.open(PAGE).then(cache => cache.add(base)))
  self.skipWaiting()
})

self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', event => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  if (pathname.startsWith(`${base}assets/`)) event.respondWith(keptFile(request))
  else if (request.mode === 'navigate' && !pathname.startsWith(`${base}api/`))
    event.respondWith(page(request))
})

// The files a page had loaded before this worker was there.
self.addEventListener('message', event => {
  const urls = Array.isArray(event.data?.files) ? event.data.files : []
  event.waitUntil(Promise.all(urls.map(url => keptFile(new Request(url)).catch(() => undefined))))
})

async function page(request) {
  const cache = await caches.open(PAGE)
  try {
    const answer = await fetch(request)
    if (answer.ok && answer.headers.get('content-type')?.startsWith('text/html')) {
      await cache.put(base, answer.clone())
    }
    return answer
  } catch (error) {
    const kept = await cache.match(base)
    if (kept === undefined) throw error
    return kept
  }
}

// Their names change with what is in them.
async function keptFile(request) {
  const cache = await caches.open(FILES)
  const kept = await cache.match(request)
  if (kept !== undefined) return kept
  const answer = await fetch(request)
  if (answer.ok) {
    await cache.put(request, answer.clone())
    const keys = await cache.keys()
    await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_FILES)).map(key => cache.delete(key)))
  }
  return answer
}
