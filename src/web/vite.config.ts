import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

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

/**
 * Builds into `dist/web` at the root of the repository, served at `/`. For another path build with
 * `--base=/path/`: the app takes its own and the API's addresses from there. (Relative addresses would
 * break on pages deeper than one level, and the content security policy refuses a `<base>`.)
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), baseStylesFirst],
  resolve: { alias: { typebox: join(import.meta.dirname, 'no-schemas.ts') } },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    // Fonts and icons stay files: a data: URL would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', test: BASE_STYLES }] } } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
