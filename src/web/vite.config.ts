import { readFileSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { emojiNames } from './emoji-names.ts'

const BASE_STYLES = /\/theme\/(?:mantine-styles\.ts|\w+\.css)$|\/@mantine\/core\/styles\/|\/@fontsource/

/** Links the styles that all others build on before them: Vite links shared chunks first, and the later sheet wins. */
const baseStylesFirst: Plugin = {
  name: 'base-styles-first',
  transformIndexHtml: {
    order: 'post',
    handler: html => {
      const base = /\n\s*<link rel="stylesheet"[^>]*\/base-[^>]*>/.exec(html)?.[0] ?? ''
      return html.replace(base, '').replace(/(?=\n\s*<link rel="stylesheet")/, base)
    },
  },
}

// What the first page needs comes in one file, and small parts that later ones share are put together: a
// browser asks for six at a time, and each costs it more than the few bytes a page does not need.
const GROUPS = [
  { name: 'base', test: BASE_STYLES, priority: 2 },
  { name: 'app', tags: ['$initial' as const], priority: 1 },
  { name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 20_000 },
]

// A group names each of its files by all that share it.
function shortName(name: string): string {
  return name.replace(/~.*|\.[^.]*$/, '')
}

const COMPRESSED = { br: promisify(brotliCompress), gz: promisify(gzip) }

/** Puts each text of the build beside itself, compressed once here and not for every reader. */
const compressedBeside: Plugin = {
  name: 'compressed-beside',
  apply: 'build',
  writeBundle: async ({ dir = '' }) => {
    const names = await readdir(dir, { recursive: true })
    for (const name of names.filter(one => /\.(?:m?js|css|html|svg|webmanifest)$/.test(one))) {
      const bytes = await readFile(join(dir, name))
      for (const [ending, compress] of Object.entries(COMPRESSED)) {
        await writeFile(join(dir, `${name}.${ending}`), await compress(bytes))
      }
    }
  },
}

// The reader of PDF files, whose data it asks for by name.
const PDF = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
const PDF_VERSION = String(JSON.parse(readFileSync(join(PDF, 'package.json'), 'utf8')).version)
const PDF_DATA = { cmaps: /\.bcmap$/, standard_fonts: /\.(?:pfb|ttf)$/, wasm: /_nowasm_fallback\.js$/ }

/** Puts beside the build what PDF files name without bringing it: letters, fonts, and decoders of pictures. */
const pdfData: Plugin = {
  name: 'pdf-data',
  apply: 'build',
  generateBundle: async function () {
    for (const [folder, wanted] of Object.entries(PDF_DATA)) {
      for (const name of (await readdir(join(PDF, folder))).filter(one => wanted.test(one))) {
        const source = await readFile(join(PDF, folder, name))
        this.emitFile({ type: 'asset', fileName: `assets/pdf-${PDF_VERSION}/${folder}/${name}`, source })
      }
    }
  },
}

/** Gives the browser of the names of emoji what it needs; the file of a language is half a megabyte. */
const fewerEmojiWords: Plugin = {
  name: 'fewer-emoji-words',
  enforce: 'pre',
  load: {
    filter: { id: /\/cldr-annotations-full\/annotations\/\w+\/annotations\.json\?raw$/ },
    handler: id => `export default ${JSON.stringify(emojiNames(basename(dirname(id))))}`,
  },
}

/**
 * Builds into `dist/web` at the root of the repository, served at `/`. For another path build with
 * `--base=/path/`: the app takes its own and the API's addresses from there. (Relative addresses would
 * break on pages deeper than one level, and the content security policy refuses a `<base>`.)
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), fewerEmojiWords, baseStylesFirst, pdfData, compressedBeside],
  resolve: { alias: { typebox: join(import.meta.dirname, 'no-schemas.ts') } },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    // Fonts and icons stay files: a data: URL would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_600, // the first page in one file, and the worker that reads PDF files
    rolldownOptions: {
      output: {
        codeSplitting: { groups: GROUPS },
        chunkFileNames: ({ name }) => `assets/${shortName(name)}-[hash].js`,
        assetFileNames: ({ names: [name = ''] }) => `assets/${shortName(name)}-[hash][extname]`,
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
