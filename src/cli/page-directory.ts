import { fileURLToPath } from 'node:url'

/** Where the built page lies. */
export function pageDirectory(): string {
  return fileURLToPath(new URL('../../web/dist', import.meta.url))
}
