/**
 * Lets the app be installed and opened without a network (public/service-worker.js). Browsers offer it on https and on
 * localhost only; elsewhere nothing happens.
 */
export function registerWorker(appBase: string): void {
  if (!('serviceWorker' in navigator)) return
  const { serviceWorker } = navigator
  serviceWorker
    .register(`${appBase}service-worker.js`)
    .then(() => serviceWorker.ready)
    .then(({ active }) => active && tellFiles(active, appBase))
    .catch(() => undefined) // a browser that refuses it goes on as before
}

// Until the worker has the page it does not see what is asked for; what it has already it does not ask for again.
function tellFiles(worker: ServiceWorker, appBase: string): void {
  const tell = (entries: PerformanceEntryList) => {
    const names = entries.map(entry => entry.name)
    const files = names.filter(name => new URL(name).pathname.startsWith(`${appBase}assets/`))
    if (files.length > 0) worker.postMessage({ files })
  }
  new PerformanceObserver(list => tell(list.getEntries())).observe({ type: 'resource', buffered: true })
}
