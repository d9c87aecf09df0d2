import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** One thing of the built page that must stay small. */
interface Budget {
  readonly what: string
  readonly limitKb: number
  readonly packed: (code: string) => number
}

// A little less than the server does, and much faster: what is told is never too small.
const brotli = (code: string): number =>
  brotliCompressSync(code, { params: { [constants.BROTLI_PARAM_QUALITY]: 8 } }).length
const gzip = (code: string): number => gzipSync(code, { level: 9 }).length

const first: Budget = { what: 'scripts of the first load', limitKb: 60, packed: brotli }
const styles: Budget = { what: 'all styles', limitKb: 12, packed: brotli }
const page: Budget = { what: 'page', limitKb: 25, packed: brotli }
const editor: Budget = { what: 'query editor', limitKb: 115, packed: gzip }

/** As far as a built chunk is looked at. */
interface Chunk {
  readonly fileName: string
  readonly code: string
  readonly isEntry: boolean
  readonly isDynamicEntry: boolean
  readonly imports: readonly string[]
  readonly facadeModuleId: string | null
}

/**
 * Fails the build when something that a browser fetches is larger than was decided. The first load is the entry
 * and the list of alerts, where everybody begins; a page is what comes when it is gone to beyond the first load.
 */
export function budgets(): Plugin {
  return {
    name: 'budgets',
    generateBundle(_, bundle) {
      const files = Object.values(bundle)
      const chunks = new Map(
        files.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])),
      )
      const css = files.flatMap((file) =>
        file.type === 'asset' && file.fileName.endsWith('.css') ? [String(file.source)] : [],
      )
      const lines = [...linesOf(chunks), lineOf(styles, styles.what, css)]
      const over = lines.filter(({ isOver }) => isOver)
      if (over.length > 0) this.error(`too large: ${over.map(({ text }) => text).join('; ')}`)
      if (process.env['VEDETTE_BUDGETS'] !== undefined) {
        this.warn(lines.map(({ text }) => text).join('\n'))
      }
    },
  }
}

interface Line {
  readonly text: string
  readonly isOver: boolean
}

function linesOf(chunks: ReadonlyMap<string, Chunk>): readonly Line[] {
  const all = [...chunks.values()]
  const home = all.filter(
    ({ isEntry, facadeModuleId }) => isEntry || facadeModuleId?.endsWith('/alerts-page.tsx'),
  )
  const atFirst = new Set(home.flatMap((chunk) => [...withImports(chunk, chunks)]))
  const codeOf = (some: Iterable<Chunk>) => Array.from(some, ({ code }) => code)
  const later = all
    .filter((chunk) => chunk.isDynamicEntry && !atFirst.has(chunk))
    .map((chunk) => {
      const own = [...withImports(chunk, chunks)].filter((each) => !atFirst.has(each))
      const isEditor = chunk.facadeModuleId?.includes('/web/editor/') === true
      return lineOf(isEditor ? editor : page, chunk.fileName, codeOf(own))
    })
  return [lineOf(first, first.what, codeOf(atFirst)), ...later]
}

function withImports(chunk: Chunk, chunks: ReadonlyMap<string, Chunk>, found = new Set<Chunk>()) {
  if (found.has(chunk)) return found
  found.add(chunk)
  for (const name of chunk.imports) {
    const next = chunks.get(name)
    if (next !== undefined) withImports(next, chunks, found)
  }
  return found
}

function lineOf({ limitKb, packed }: Budget, what: string, code: readonly string[]): Line {
  const kilobytes = code.reduce((sum, each) => sum + packed(each), 0) / 1024
  return {
    text: `${what}: ${kilobytes.toFixed(1)} of ${limitKb} KB`,
    isOver: kilobytes > limitKb,
  }
}
