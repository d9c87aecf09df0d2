import { isUtf8 } from 'node:buffer'
import { decodeLines } from '../event-line.ts'
import { presenceHash, valueHash } from '../term-hash.ts'
import { hotFields } from './hot-fields.ts'
import { plainScan, termsOf } from './plain-scan.ts'
import { blockTerms, maxTerms, type BlockColumns, type ScannedLines } from './scanned-lines.ts'
import { makeRoom, maxRows, newLineScanner, nodeBytes } from './scanner-memory.ts'

/** Reads what an index of a block is made of straight from its lines, one block at a time. */
export type LineScanner = (lines: Buffer) => ScannedLines

/** A scanner in WebAssembly; one that parses where that lacks SIMD. It remembers the fields it met. */
export function lineScanner(): LineScanner {
  const made = newLineScanner()
  if (made === undefined) return plainScan
  const { scanner, places } = made
  const { input } = places
  let texts: string[] = ['']
  let nodeNames: (NodeName | undefined)[] = []
  let bytes = Buffer.alloc(0)
  let numbers = new Int32Array(0)

  /** The memory moves when it grows. */
  const lookAtMemory = (): void => {
    if (bytes.buffer === scanner.memory.buffer) return
    bytes = Buffer.from(scanner.memory.buffer)
    numbers = new Int32Array(scanner.memory.buffer)
  }

  const numbersAt = (offset: number, count: number): Int32Array =>
    numbers.subarray(offset / 4, offset / 4 + count)
  const textAt = (from: number, to: number): string => bytes.toString('utf8', from, to)

  const nameOf = (node: number): NodeName => {
    const known = nodeNames[node]
    if (known !== undefined) return known
    const at = (places.nodes + node * nodeBytes) / 4
    const [parent = 0, key = 0] = [numbers[at], numbers[at + 1]]
    const own = textAt(key, key + (numbers[at + 2] ?? 0))
    const above = parent === 1 ? '' : `${nameOf(parent).name}.`
    const name = { name: above + own, objects: objectsIn(above, own) }
    nodeNames[node] = name
    return name
  }

  const forgetWhatIsMuch = (): void => {
    if (scanner.nodesAreMany() !== 0) {
      scanner.forgetNodes()
      nodeNames = []
    }
    if (scanner.textsAreMany() !== 0) {
      scanner.forgetTexts()
      texts = ['']
    }
  }

  /** Fields and objects by index; objects that dots in a key name are terms as well. */
  const namesOf = (): Map<string, Set<string>> => {
    const spans = numbersAt(places.indices, scanner.knownIndices() * 2)
    const byIndex = Array.from({ length: spans.length / 2 }, (_, at) => {
      const [from = 0, length = 0] = spans.subarray(2 * at)
      const index: unknown = JSON.parse(`"${textAt(from, from + length)}"`)
      return [String(index), new Set<string>()] as const
    })
    const noted = numbersAt(places.noted, scanner.notedNames() * 2)
    for (let at = 0; at < noted.length; at += 2) {
      const { name, objects } = nameOf(noted[at] ?? 0)
      const [, names] = byIndex[noted[at + 1] ?? 0] ?? []
      names?.add(name)
      for (const object of objects) {
        names?.add(object)
        scanner.addTerm(presenceHash(object))
      }
    }
    return new Map(byIndex)
  }

  /** Numbers that are not written as they would be written again. */
  const noteOddNumbers = (): void => {
    const odd = numbersAt(places.odd, scanner.oddNumbers() * 4)
    for (let at = 0; at < odd.length; at += 4) {
      const [node = 0, from = 0, to = 0] = odd.subarray(at)
      const value = String(Number(textAt(from, to)))
      scanner.addTerm(valueHash(numbers[(places.nodes + node * nodeBytes) / 4 + 3] ?? 0, value))
    }
  }

  const readFailed = (names: Map<string, Set<string>>): void => {
    const failed = numbersAt(places.failed, scanner.failedLines() * 3)
    for (let at = 0; at < failed.length; at += 3) {
      const [, from = 0, to = 0] = failed.subarray(at)
      const [line] = decodeLines(bytes.subarray(from, to))
      if (line === undefined) continue
      const { index, source } = line.event
      const known = names.get(index) ?? new Set()
      names.set(index, known)
      for (const name of termsOf(source, scanner.addTerm)) known.add(name)
    }
  }

  const learnTexts = (): void => {
    const count = scanner.knownTexts()
    const spans = numbersAt(places.texts, (count + 1) * 2)
    for (let number = texts.length; number <= count; number++) {
      const [from = 0, shape = 0] = spans.subarray(2 * number)
      const text = textAt(from, from + (shape >> 1))
      texts.push((shape & 1) === 1 ? JSON.stringify(text) : text)
    }
  }

  const columnsOf = (rows: number): BlockColumns => {
    const cells = new Int32Array(hotFields.length * rows)
    hotFields.forEach((_, column) => {
      cells.set(numbersAt(places.cells + column * maxRows * 4, rows), column * rows)
    })
    const more = new Map<number, number[]>()
    const further = numbersAt(places.more, scanner.moreValues() * 2)
    for (let at = 0; at < further.length; at += 2) {
      const place = further[at] ?? 0
      const cell = Math.floor(place / maxRows) * rows + (place % maxRows)
      more.set(cell, [...(more.get(cell) ?? []), further[at + 1] ?? 0])
    }
    return { rows, cells, more, texts }
  }

  return (lines) => {
    forgetWhatIsMuch()
    makeRoom(scanner, places, lines.length)
    lookAtMemory()
    bytes.set(lines, input)
    bytes[input + lines.length] = 0
    const rows = isUtf8(lines) ? scanner.scan(input, input + lines.length) : -1
    if (rows < 0) return plainScan(lines)
    const names = namesOf()
    noteOddNumbers()
    readFailed(names)
    learnTexts()
    const count = scanner.knownTerms()
    const terms = new Uint32Array(scanner.memory.buffer, places.termList, count)
    return {
      terms: count > maxTerms ? undefined : blockTerms(count, terms),
      idHashes: new Uint32Array(scanner.memory.buffer, places.ids, rows * 2).slice(),
      names,
      columns: columnsOf(rows),
    }
  }
}

interface NodeName {
  readonly name: string
  /** What the dots in its own key make of it. */
  readonly objects: readonly string[]
}

function objectsIn(above: string, key: string): readonly string[] {
  const objects: string[] = []
  for (let dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
    objects.push(above + key.slice(0, dot))
  }
  return objects
}
