import { canonicalJson, Fault, type JsonValue } from '#base'
import { sourceOf, stamper } from '../../src/server/arrival.ts'
import type { BulkItem } from '../../src/server/bulk/item.ts'
import { byteLineSplitter } from '../../src/server/bulk/lines.ts'
import { bulkParser } from '../../src/server/bulk/parser.ts'
import { sourceScanner, type SourceScanner } from '../../src/server/bulk/scan-source.ts'
import type { FuzzTarget } from './fuzz.ts'
import { oneOf, type Draw } from './random.ts'

/** The bytes of a request, and where they are cut on their way. */
interface BulkInput {
  readonly bytes: Buffer
  readonly cuts: readonly number[]
}

const maxLineBytes = 5_000
const nowMs = Date.UTC(2026, 10, 24)

/** Lines, actions and documents of `_bulk`: read in pieces by the scanner as in one piece by parsing. */
export function bulkBodies(draw: Draw): FuzzTarget<BulkInput> {
  const scanner = sourceScanner()
  let [kept, refused, failed] = [0, 0, 0]
  return {
    next() {
      const bytes = bodyOf(draw)
      const cuts = Array.from({ length: draw(4) }, () => draw(bytes.length + 1)).toSorted(
        (a, b) => a - b,
      )
      return { bytes, cuts }
    },
    work: ({ bytes, cuts }) => void read(bytes, cuts, scanner),
    judge({ bytes, cuts }) {
      const found = read(bytes, cuts, scanner)
      if (found.problem === undefined) {
        kept += found.items.filter(({ kind }) => kind === 'write').length
        refused += found.items.filter(({ kind }) => kind === 'refused').length
      } else failed++
      const plain = read(bytes, [], undefined)
      if (found.problem !== plain.problem)
        return `fails by "${found.problem}", parsed by "${plain.problem}"`
      return toldOf(found.items) === toldOf(plain.items)
        ? undefined
        : 'is read otherwise when it is parsed whole'
    },
    shown: ({ bytes }) => bytes.toString('latin1'),
    counts: () => ({ kept, refused, failed }),
  }
}

interface Outcome {
  readonly items: readonly BulkItem[]
  readonly problem: string | undefined
}

function read(bytes: Buffer, cuts: readonly number[], scanner: SourceScanner | undefined): Outcome {
  const lines = byteLineSplitter(maxLineBytes)
  const parser = bulkParser({ defaults: { index: 'logs-x-default' }, maxLineBytes, scanner })
  const items: BulkItem[] = []
  const keep = (item: BulkItem | undefined): void => {
    if (item !== undefined) items.push(item)
  }
  try {
    let from = 0
    for (const cut of [...cuts, bytes.length]) {
      for (const line of lines.push(bytes.subarray(from, cut))) keep(parser.push(line, nowMs))
      from = cut
    }
    for (const line of lines.end()) keep(parser.push(line, nowMs))
    keep(parser.end())
    return { items, problem: undefined }
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.kind !== 'invalid') throw thrown
    return { items, problem: thrown.message }
  }
}

/** Items as what they say, whichever way they were read; all with one time of arrival. */
function toldOf(items: readonly BulkItem[]): string {
  const stamp = stamper(nowMs)
  return items
    .map((item) => {
      if (item.kind === 'refused') return canonicalJson(JSON.parse(JSON.stringify(item)))
      const { operation, index, id = null, arrival } = item
      const event = stamp(arrival)
      const source: JsonValue = 'written' in event ? sourceOf(arrival) : event.source
      return canonicalJson({ operation, index, id, source })
    })
    .join('\n')
}

const actionLines = [
  '{"create":{}}',
  '{"index":{"_index":"logs-y-default","_id":"1"}}',
  '{"create":{"_index":"app","_type":"_doc","pipeline":null},"attempts":0}',
  '{"update":{"_id":"1"}}',
  '{"create":{"_index":"BAD NAME"}}',
  '{"create":{"_id":5}}',
]

/** After each of these the lines are told apart otherwise, or not at all. */
const oddActionLines = ['{"delete":{"_id":"1"}}', '{"nothing":{}}', '{"create":[]}', '']

const documentLines = [
  '{"@timestamp":"2026-11-24T12:00:00Z","message":"one"}',
  '{"@timestamp":1732449600000,"a":{"b":[1,2,{"c":null}]},"event":{"ingested":"2020-01-01T00:00:00Z","x":1}}',
  '{"@timestamp":"2026-11-24","event.ingested":"x","event":{"kind":"event"}}',
  '{"message":"no time"}',
  '{"@timestamp":["2026-11-24T12:00:00Z","2026-11-25T12:00:00Z"]}',
  '{"@timestamp":"no date"}',
  '{"a":1e999,"b":-0,"c":1.50,"d":12345678901234567890,"@timestamp":"2026-11-24T12:00:00Z"}',
  '{"a":"\\u0000\\ud83d\\ude00\\/","__proto__":1,"a":2,"@timestamp":"2026-11-24T12:00:00Z"}',
  '{"a":"\\ud800","@timestamp":"2026-11-24T12:00:00Z"}',
  ' { "@timestamp" : "2026-11-24T12:00:00Z" , "x" : [ ] } ',
  'undefined',
  '[]',
  '{}',
]

const pieces = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ':',
  ',',
  '\n',
  '\r\n',
  '\r',
  '\0',
  'é',
  '\ud800',
  '1e5',
  '-',
  'null',
  'tru',
  '"@timestamp":',
  '{"create":{}}\n',
  '\u2028',
  '"event":{"ingested":',
]

function bodyOf(draw: Draw): Buffer {
  let text = ''
  for (let items = 1 + draw(5); items > 0; items--) {
    text += `${oneOf(draw, draw(12) === 0 ? oddActionLines : actionLines)}${oneOf(draw, ['\n', '\n', '\n', '\r\n'])}`
    text += `${oneOf(draw, documentLines)}${draw(30) === 0 ? '' : oneOf(draw, ['\n', '\n', '\r\n'])}`
  }
  for (let changes = draw(3); changes > 0; changes--) {
    const at = draw(text.length + 1)
    const piece = oneOf(draw, pieces).repeat(draw(300) === 0 ? 3_000 : 1)
    text = text.slice(0, at) + piece + text.slice(at + draw(3))
  }
  const bytes = Buffer.from(text)
  if (draw(4) === 0 && bytes.length > 0) bytes[draw(bytes.length)] = draw(256)
  return draw(8) === 0 ? bytes.subarray(0, draw(bytes.length + 1)) : bytes
}
