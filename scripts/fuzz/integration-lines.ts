import { existsSync, readFileSync } from 'node:fs'
import { eventProblem, indexNameProblem, compileIndexPatterns, type IndexFilter } from '#event'
import type { Integration, Reading } from '#integration'
import type { FuzzTarget } from './fuzz.ts'
import { oneOf, type Draw } from './random.ts'

const nowMs = Date.UTC(2026, 10, 24)

/** Lines of an integration's sample, changed in a few places, doubled and in any order: each is told of, none breaks anything. */
export function integrationLines(
  draw: Draw,
  integration: Integration,
): FuzzTarget<readonly string[]> {
  const sample = sampleOf(integration)
  const isStated = compileIndexPatterns(integration.streams.map((stream) => `${stream}-*`))
  let [events, rejected] = [0, 0]
  return {
    next: () =>
      Array.from({ length: 1 + draw(4) }, () => changed(oneOf(draw, sample), draw, sample)),
    work: (lines) => void readingsOf(integration, lines),
    judge(lines) {
      const readings = readingsOf(integration, lines)
      for (const reading of readings) {
        if (reading.kind === 'event') events++
        else rejected++
        const problem = problemOf(reading, isStated)
        if (problem !== undefined) return problem
      }
      if (integration.joinsLines) return undefined
      const told = new Set(readings.map(({ number }) => number))
      const untold = lines.findIndex((line, at) => line.trim() !== '' && !told.has(at + 1))
      return untold < 0 ? undefined : `nothing is told of line ${untold + 1}`
    },
    shown: (lines) => lines.join('\n'),
    counts: () => ({ events, rejected }),
  }
}

function readingsOf(integration: Integration, lines: readonly string[]): readonly Reading[] {
  const reader = integration.reader({ nowMs })
  return [...lines.flatMap((line, at) => reader.take(line, at + 1)), ...reader.end()]
}

function problemOf(reading: Reading, isStated: IndexFilter): string | undefined {
  if (reading.kind === 'rejected') return reading.reason === '' ? 'gives no reason' : undefined
  const problem = eventProblem(reading.source) ?? indexNameProblem(reading.index)
  if (problem !== undefined) return `makes an event that cannot be kept: ${problem}`
  if (!isStated(reading.index)) return `makes an event for ${reading.index}`
  const text = JSON.stringify(reading.source)
  return JSON.stringify(JSON.parse(text)) === text ? undefined : 'makes an event that is no JSON'
}

function sampleOf({ name }: Integration): readonly string[] {
  const folder = new URL(`../../src/integration/integrations/${name}/`, import.meta.url)
  const [found] = ['sample.log', 'sample.ndjson']
    .map((file) => new URL(file, folder))
    .filter((file) => existsSync(file))
  if (found === undefined) throw new Error(`${name} has no sample`)
  return readFileSync(found, 'utf8').trimEnd().split('\n')
}

const pieces = [
  ...'" \\ { } [ ] , = : ( ) \' < > & ; # % @ ? \u0000 \u001d \ud800 \ud83d\ude00 é \u2028'.split(
    ' ',
  ),
  ...'null true -1 0 1e999 1e-7 99999999999999999999 0x41 {} [] "" "__proto__":1, "constructor":{},'.split(
    ' ',
  ),
  ...'2f62696e2f7368 (null) a0= argc= type= msg=audit( exe= </Data> &#65; &lt; <Data 1970-01-01T00:00:00Z'.split(
    ' ',
  ),
  ' ',
  '\t',
]

function changed(line: string, draw: Draw, sample: readonly string[]): string {
  let text = line
  for (let changes = draw(4); changes > 0; changes--) {
    const at = draw(text.length + 1)
    const [before, after] = [text.slice(0, at), text.slice(at)]
    switch (draw(6)) {
      case 0:
        text = before
        break
      case 1:
        text = before + after.slice(draw(16))
        break
      case 2: {
        const other = oneOf(draw, sample)
        text = before + other.slice(draw(other.length + 1))
        break
      }
      case 3: {
        // A digit or letter for another: numbers, times, hex, enumerations.
        const to = oneOf(draw, ['0', '9', '-', 'a', 'F', 'z'])
        text = before + to + after.slice(1)
        break
      }
      default:
        // Rarely very many: depth, long texts.
        text = before + oneOf(draw, pieces).repeat(draw(500) === 0 ? 2_000 : 1) + after
    }
  }
  return text
}
