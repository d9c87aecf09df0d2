import { forEachLeaf, type EventSource } from '#event'
import { fieldNamesOf } from '../../field-names.ts'
import { decodeLines } from '../event-line.ts'
import { idHash, isTerm, presenceHash, valueHash } from '../term-hash.ts'
import { hotFields, maxColumnTextBytes } from './hot-fields.ts'
import { blockTerms, maxTerms, unknownCell, type ScannedLines } from './scanned-lines.ts'

/** What {@link ScannedLines} are, by parsing each event: the slow twin of the scanner, and what helps where it gives up. */
export function plainScan(lines: Buffer): ScannedLines {
  const events = decodeLines(lines).map(({ event }) => event)
  const terms = new Set<number>()
  const names = new Map<string, Set<string>>()
  const idHashes: number[] = []
  const rows = events.length
  const cells = new Int32Array(hotFields.length * rows)
  const more = new Map<number, number[]>()
  const texts = ['']
  const numbers = new Map<string, number>()

  const numberOf = (value: string | number | boolean): number => {
    const json = JSON.stringify(value)
    if (Buffer.byteLength(String(value)) > maxColumnTextBytes) return unknownCell
    const number = numbers.get(json) ?? texts.length
    if (number === texts.length) texts.push(json)
    numbers.set(json, number)
    return number
  }

  events.forEach(({ index, id, source }, row) => {
    const { a, b } = idHash(index, id)
    idHashes.push(a, b)
    terms.add(a || 1)
    const known = names.get(index) ?? new Set()
    names.set(index, known)
    for (const name of termsOf(source, (hash) => terms.add(hash))) known.add(name)
    forEachLeaf(source, (field, value) => {
      const column = hotFields.findIndex((hot) => hot.field === field)
      const hot = hotFields[column]
      if (hot === undefined) return
      const hash = valueHash(presenceHash(field), String(value))
      const number = hot.kind === 'hashes' ? 1 + (hash & 0xffff) : numberOf(value)
      const cell = column * rows + row
      if (cells[cell] === 0) cells[cell] = number
      else if (number === unknownCell) cells[cell] = unknownCell
      else more.set(cell, [...(more.get(cell) ?? []), number])
    })
  })
  return {
    terms: terms.size > maxTerms ? undefined : blockTerms(terms.size, terms),
    idHashes: Uint32Array.from(idHashes),
    names,
    columns: { rows, cells, more, texts },
  }
}

/** Tells the terms of one event, apart from its id; gives the names of its fields and objects. */
export function termsOf(source: EventSource, tell: (hash: number) => void): ReadonlySet<string> {
  const names = fieldNamesOf(source)
  for (const name of names) tell(presenceHash(name) || 1)
  forEachLeaf(source, (field, value) => {
    const text = String(value)
    if (isTerm(text)) tell(valueHash(presenceHash(field), text) || 1)
  })
  return names
}
