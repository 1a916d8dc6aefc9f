// Scripts that run in the browser's page, as text: nothing of it is the product's.
const FORBIDDEN = `script,style,link,meta,base,form,input,button,select,textarea,option,dialog,iframe,frame,
  frameset,object,embed,applet,svg,math,video,audio,source,track,picture,template,noscript,portal,fencedframe,
  marquee,[id],[name],[class],[srcset],[background],[poster],[ping],[accesskey],[tabindex],[contenteditable]`

/**
 * Puts each cleaned vector into a document that has no policy of its own; gives the vectors of which
 * something hostile is left, that are read otherwise the second time, or that added names to the page.
 */
export function insertEach(cleaned: readonly { vector: string; clean: string }[]): string {
  return `(async () => {
    const faults = []
    const names = Object.keys(window).length
    const isSafe = /^(https?:|mailto:|cid:|data:image\\/)/
    for (const { vector, clean } of ${JSON.stringify(cleaned)}) {
      document.body.innerHTML = clean
      const once = document.body.innerHTML
      const all = [...document.body.querySelectorAll('*')]
      const left = document.body.querySelector(${JSON.stringify(FORBIDDEN)}) !== null
        || all.some(one => one.getAttributeNames().some(name => name.startsWith('on')))
        || all.some(one => ['href', 'src'].some(name => one.hasAttribute(name) && !isSafe.test(one.getAttribute(name))))
        || all.some(one => /url|position|@|expression/i.test(one.getAttribute('style') ?? ''))
      if (left) faults.push('left of ' + vector)
      document.body.innerHTML = once
      if (document.body.innerHTML !== once) faults.push('read otherwise ' + vector)
    }
    // time passes: a picture that fails to load calls its handler later
    await new Promise(resolve => setTimeout(resolve, 300))
    if (Object.keys(window).length !== names) faults.push('new names in the page')
    return faults
  })()`
}

/** Gives what of a frame's body should not be there. */
export function leftIn(selector: string): string {
  return `(() => {
    const body = document.querySelector(${JSON.stringify(selector)}).contentDocument.body
    return [...body.querySelectorAll(${JSON.stringify(FORBIDDEN)})].map(one => one.outerHTML.slice(0, 200))
  })()`
}

/** Whether the frame reaches beyond its card, or anything in it is placed out of the flow. */
export const paintsOutside = `(() => {
  const iframe = document.querySelector('article iframe')
  const frame = iframe.getBoundingClientRect()
  const card = document.querySelector('article').getBoundingClientRect()
  const view = iframe.contentDocument.defaultView
  const all = [...iframe.contentDocument.querySelectorAll('*')]
  const isPlaced = all.some(one => view.getComputedStyle(one).position !== 'static')
  return isPlaced || frame.right > card.right + 1 || frame.bottom > card.bottom + 1
})()`
