import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/**
 * Builds into `dist/web` at the root of the repository, served at `/`. For another path build with
 * `--base=/path/`: the app takes its own and the API's addresses from there. (Relative addresses would
 * break on pages deeper than one level, and the content security policy refuses a `<base>`.)
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    // Fonts and icons stay files: a data: URL would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
