import {
  GlobalWorkerOptions,
  getDocument,
  type PDFDocumentProxy,
  type PDFPageProxy,
  TextLayer,
  version,
} from 'pdfjs-dist/legacy/build/pdf.mjs'
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import css from './pdf-preview.module.css'

// Where vite.config.ts puts what PDF files only name: fonts every reader has, tables of letters, decoders.
const DATA = `assets/pdf-${version}/`
const MOST_PAGES = 200
// A page may claim to be a kilometre long.
const MOST_SIDE = 4_096
const MOST_RATIO = 4
const MOST_IMAGE_PIXELS = 50_000_000

GlobalWorkerOptions.workerSrc = workerUrl

type State = { pdf: PDFDocumentProxy; ratio: number } | 'broken' | undefined

/**
 * The pages of a PDF file, each drawn when it comes into sight. It is read in a worker of its own that ends with the
 * preview; nothing in it runs, and nothing it names is fetched.
 *
 * @param ifBroken shown where it cannot be read: damaged, or locked by a password
 */
export default function PdfPreview(props: { url: string; ifBroken: ReactNode }) {
  const { t } = useTranslation()
  const state = usePdf(props.url)
  if (state === 'broken') return props.ifBroken
  if (state === undefined) return <Skeleton rows={3} />
  const { pdf, ratio } = state
  const shown = Math.min(pdf.numPages, MOST_PAGES)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: pages are scrolled by keys
    <div className={css.pages} tabIndex={0}>
      {Array.from({ length: shown }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number
        <Page key={at} pdf={pdf} number={at + 1} ratio={ratio} />
      ))}
      {shown < pdf.numPages && (
        <p className={css.more}>{t('preview.firstPages', { shown, count: pdf.numPages })}</p>
      )}
    </div>
  )
}

function usePdf(url: string): State {
  const { appBase } = useApi()
  const [state, setState] = useState<State>()
  useEffect(() => {
    const data = new URL(appBase + DATA, window.location.href).href
    const reading = getDocument({
      url,
      withCredentials: true,
      // The policy of the page lets no WebAssembly in; the decoders come as scripts too.
      useWasm: false,
      enableXfa: false,
      maxImageSize: MOST_IMAGE_PIXELS,
      cMapUrl: `${data}cmaps/`,
      standardFontDataUrl: `${data}standard_fonts/`,
      wasmUrl: `${data}wasm/`,
    })
    let isGone = false
    reading.promise
      .then(async pdf => {
        const first = await pdf.getPage(1)
        if (!isGone) setState({ pdf, ratio: ratioOf(first) })
      })
      .catch(() => {
        if (!isGone) setState('broken')
      })
    return () => {
      isGone = true
      void reading.destroy()
    }
  }, [url, appBase])
  return state
}

/** Height by width, as far as it is shown. */
function ratioOf(page: PDFPageProxy): number {
  const { width, height } = page.getViewport({ scale: 1 })
  const ratio = height / width
  return Number.isFinite(ratio) && ratio > 0 ? Math.min(ratio, MOST_RATIO) : Math.SQRT2
}

function Page(props: { pdf: PDFDocumentProxy; number: number; ratio: number }) {
  const { t } = useTranslation()
  const { pdf, number } = props
  const place = useRef<HTMLElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const words = useRef<HTMLDivElement>(null)
  const [ratio, setRatio] = useState(props.ratio)
  const isNear = useNear(place)
  useEffect(() => {
    if (!isNear || canvas.current === null || words.current === null) return
    const drawing = drawPage({ pdf, number, canvas: canvas.current, words: words.current, onRatio: setRatio })
    return drawing.stop
  }, [isNear, pdf, number])
  return (
    <section
      ref={place}
      className={css.page}
      style={{ aspectRatio: 1 / ratio }}
      aria-label={t('preview.page', { number, count: pdf.numPages })}
    >
      <canvas ref={canvas} aria-hidden />
      <div ref={words} className={css.words} />
    </section>
  )
}

/** Whether an element is in sight or will soon be; once it was, it is for good. */
function useNear(place: { current: HTMLElement | null }): boolean {
  const [isNear, setIsNear] = useState(false)
  useEffect(() => {
    if (place.current === null) return
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(entry => entry.isIntersecting)) setIsNear(true)
      },
      { root: place.current.closest('[data-stage]'), rootMargin: '600px' },
    )
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [place])
  return isNear
}

function drawPage(wish: {
  pdf: PDFDocumentProxy
  number: number
  canvas: HTMLCanvasElement
  words: HTMLDivElement
  onRatio: (ratio: number) => void
}): { stop: () => void } {
  let isStopped = false
  const undo: (() => void)[] = []
  const draw = async () => {
    const { canvas, words } = wish
    const page = await wish.pdf.getPage(wish.number)
    if (isStopped) return
    wish.onRatio(ratioOf(page))
    const full = page.getViewport({ scale: 1 })
    const shownScale = canvas.clientWidth / full.width
    const sharp = Math.min(
      shownScale * Math.min(window.devicePixelRatio, 2),
      MOST_SIDE / full.width,
      MOST_SIDE / full.height,
    )
    const viewport = page.getViewport({ scale: sharp })
    canvas.width = Math.max(1, Math.floor(viewport.width))
    canvas.height = Math.max(1, Math.floor(Math.min(viewport.height, viewport.width * MOST_RATIO)))
    const rendering = page.render({ canvas, viewport })
    undo.push(() => rendering.cancel())
    words.style.setProperty('--total-scale-factor', String(shownScale))
    words.replaceChildren()
    const layer = new TextLayer({
      textContentSource: page.streamTextContent(),
      container: words,
      viewport: page.getViewport({ scale: shownScale }),
    })
    undo.push(() => layer.cancel())
    await Promise.all([rendering.promise, layer.render()])
  }
  // A page that is damaged stays white; the others are shown.
  draw().catch(() => undefined)
  return {
    stop: () => {
      isStopped = true
      for (const end of undo) end()
    },
  }
}
