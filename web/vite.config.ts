import { fileURLToPath } from 'node:url'
import { lezer } from '@lezer/generator/rollup'
import { defineConfig } from 'vite'
import { budgets } from '../scripts/page-budgets.ts'

/** The page: `npm run build:page` writes `web/dist`, which the server reads when it starts. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // What the policy of the page forbids: files inside of others, and a helper that writes markup.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  plugins: [lezer(), budgets()],
  logLevel: 'warn',
})
