import { oneOf, type Draw } from '../../fuzz/random.ts'
import type { FileContent } from './file-content.ts'

/** What was done to a file since it was last synced. */
export type FileChange =
  | { readonly kind: 'written'; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'cut'; readonly length: number }

const sectorBytes = 512

/** What may become of writes that were not synced: all of them in one way, as far as the power lasted. */
const fates = ['lost', 'whole', 'some sectors', 'zeros', 'garbage'] as const

/** A file after the power went: its synced content, and of what was done to it since what chance left. */
export function tornFile(synced: FileContent, unsynced: readonly FileChange[], draw: Draw): Buffer {
  const fate = oneOf(draw, fates)
  if (unsynced.length === 0 || fate === 'lost') return synced.bytes()
  const content = synced.copy()
  // Half of the time the power goes in the middle of them.
  const reached = draw(2) === 0 ? unsynced.length : 1 + draw(unsynced.length)
  for (const [at, change] of unsynced.slice(0, reached).entries()) {
    if (change.kind === 'cut') {
      content.resize(change.length)
      continue
    }
    const isLast = at === reached - 1 && draw(2) === 0
    const bytes = isLast ? change.bytes.subarray(0, draw(change.bytes.length + 1)) : change.bytes
    if (fate === 'whole') content.write(change.offset, bytes)
    if (fate === 'zeros') content.write(change.offset, new Uint8Array(bytes.length))
    if (fate === 'garbage')
      content.write(
        change.offset,
        bytes.map(() => draw(256)),
      )
    if (fate === 'some sectors') writeSome(content, { offset: change.offset, bytes }, draw)
  }
  return content.bytes()
}

function writeSome(
  content: FileContent,
  { offset, bytes }: { readonly offset: number; readonly bytes: Buffer },
  draw: Draw,
): void {
  content.resize(Math.max(content.bytes().length, offset + bytes.length))
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + sectorBytes - ((offset + at) % sectorBytes))
    if (draw(2) === 0) content.write(offset + at, bytes.subarray(at, end))
    at = end
  }
}
