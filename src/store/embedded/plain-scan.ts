import { forEachLeaf } from '#event'
import { fieldNamesOf } from '../field-names.ts'
import { decodeLines } from './event-line.ts'
import type { ScannedLines } from './line-scanner.ts'
import { firstLane, idHash, maxTermLength, presenceHash, valueHashes } from './term-hash.ts'
import { termSet } from './term-set.ts'

/** What a line scanner gives, by parsing each event: its slow twin, and what helps where it gives up. */
export function plainScan(lines: Buffer): ScannedLines {
  const terms = termSet()
  const idHashes: number[] = []
  const names = new Map<string, Set<string>>()
  for (const { event } of decodeLines(lines)) {
    const { a } = idHash(event.index, event.id)
    idHashes.push(a)
    terms.add(a)
    const known = names.get(event.index) ?? new Set()
    names.set(event.index, known)
    for (const name of fieldNamesOf(event.source)) {
      known.add(name)
      terms.add(presenceHash(name).a)
    }
    forEachLeaf(event.source, (field, value) => {
      const text = String(value)
      if (text.length > maxTermLength) return
      terms.add(firstLane(valueHashes.seed(presenceHash(field)), text))
    })
  }
  return { terms, idHashes: Uint32Array.from(idHashes), names }
}
