import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'

/** A file of the page, ready to be sent. */
export interface PageFile {
  readonly type: string
  readonly bytes: Buffer
  readonly brotli: Buffer
}

/** The built page: its document, and what the document asks for, by path (`assets/x.js`). */
export interface PageFiles {
  readonly document: PageFile
  readonly byPath: ReadonlyMap<string, PageFile>
}

const types: { readonly [extension: string]: string } = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/**
 * Reads the built page of a directory into memory; undefined where none is built. With `isDemo` the document is marked, so that
 * the page says on every address that what it shows is a sample.
 */
export async function loadPageFiles(
  directory: string,
  { isDemo = false }: { readonly isDemo?: boolean } = {},
): Promise<PageFiles | undefined> {
  const built = await fileAt(join(directory, 'index.html')).catch(() => undefined)
  if (built === undefined) return undefined
  const document = isDemo ? await marked(built) : built
  const names = await readdir(join(directory, 'assets'))
  const files = await Promise.all(
    names
      .filter((name) => types[extname(name)] !== undefined)
      .map(
        async (name) => [`assets/${name}`, await fileAt(join(directory, 'assets', name))] as const,
      ),
  )
  return { document, byPath: new Map(files) }
}

async function marked({ type, bytes }: PageFile): Promise<PageFile> {
  const text = Buffer.from(bytes.toString('utf8').replace('<html', '<html data-demo'))
  return { type, bytes: text, brotli: await compress(text) }
}

const compress = promisify(brotliCompress)

async function fileAt(path: string): Promise<PageFile> {
  const bytes = await readFile(path)
  const brotli = await compress(bytes)
  return { type: types[extname(path)] ?? 'application/octet-stream', bytes, brotli }
}
