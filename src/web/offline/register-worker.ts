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
    .then(({ active }) => active?.postMessage({ files: loadedFiles(appBase) }))
    .catch(() => undefined) // a browser that refuses it goes on as before
}

function loadedFiles(appBase: string): string[] {
  const names = performance.getEntriesByType('resource').map(entry => entry.name)
  return names.filter(name => new URL(name).pathname.startsWith(`${appBase}assets/`))
}
