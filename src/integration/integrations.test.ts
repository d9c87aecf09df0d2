import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileIndexPatterns, ecsCatalogue, eventProblem, indexNameProblem } from '#event'
import type { Integration, Reading } from './integration.ts'
import { integrations } from './integrations.ts'

const folder = fileURLToPath(new URL('./integrations/', import.meta.url))
const nowMs = Date.UTC(2025, 11, 2)

function sampleOf({ name }: Integration): string {
  const path = ['sample.log', 'sample.ndjson'].map((file) => `${folder}${name}/${file}`)
  const found = path.find(existsSync)
  if (found === undefined) throw new Error(`${name} has no sample`)
  return readFileSync(found, 'utf8')
}

function read(integration: Integration, lines: readonly string[]): readonly Reading[] {
  const reader = integration.reader({ nowMs })
  return [...lines.flatMap((line, place) => reader.take(line, place + 1)), ...reader.end()]
}

test('every folder is an integration of the list', () => {
  expect(readdirSync(folder).toSorted()).toEqual(integrations.map(({ name }) => name).toSorted())
})

test.each(integrations)(
  'the sample of $name becomes what is expected of it',
  async (integration) => {
    const readings = read(integration, sampleOf(integration).trimEnd().split('\n'))
    const text = readings.map((reading) => JSON.stringify(reading, null, 2)).join('\n')
    await expect(`${text}\n`).toMatchFileSnapshot(`integrations/${integration.name}/expected.json`)
    const catalogue = ecsCatalogue()
    for (const reading of readings) {
      if (reading.kind !== 'event') continue
      expect(eventProblem(reading.source)).toBeUndefined()
      expect(indexNameProblem(reading.index)).toBeUndefined()
      const isStated = compileIndexPatterns(integration.streams.map((stream) => `${stream}-*`))
      expect([reading.index, isStated(reading.index)]).toEqual([reading.index, true])
      const { category, type } = Object(reading.source['event'])
      expect(Array.isArray(category) || category === undefined).toBe(true)
      expect(Array.isArray(type) || type === undefined).toBe(true)
      expect(catalogue.mappingOf('event.category')).toBeDefined()
    }
  },
)

test.each(integrations)(
  'most lines of the sample of $name are known for what they are',
  (integration) => {
    const lines = sampleOf(integration).trimEnd().split('\n')
    const meantBy = (line: string) => integrations.find(({ isMeant }) => isMeant(line))?.name
    const known = lines.filter((line) => meantBy(line) === integration.name)
    expect(known.length * 2).toBeGreaterThan(lines.length)
  },
)

const edit = fc.record({
  line: fc.nat(1_000),
  at: fc.nat(100_000),
  taken: fc.nat(12),
  put: fc.oneof(
    fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', '=', ':', '\u0000', '\ud800', 'é', '1e999'),
    fc.constantFrom(
      'null',
      '"__proto__":{"a":1},',
      '-1',
      '(',
      ')',
      "'",
      '<',
      '>',
      '&',
      ' ',
      '\u001d',
    ),
    fc.string({ maxLength: 5 }),
  ),
})

test.each(integrations)(
  'whatever lines come, $name tells of each and never throws',
  (integration) => {
    const lines = sampleOf(integration).trimEnd().split('\n')
    fc.assert(
      fc.property(
        fc.array(edit, { maxLength: 20 }),
        fc.shuffledSubarray(lines.map((_, place) => place)),
        (edits, order) => {
          const edited = order.map((place) => lines[place] ?? '')
          for (const { line, at, taken, put } of edits) {
            const place = line % Math.max(1, edited.length)
            const text = edited[place] ?? ''
            const cut = at % (text.length + 1)
            edited[place] = text.slice(0, cut) + put + text.slice(cut + taken)
          }
          for (const reading of read(integration, edited)) {
            if (reading.kind === 'event') {
              expect(JSON.parse(JSON.stringify(reading.source))).toEqual(reading.source)
              expect(eventProblem(reading.source)).toBeUndefined()
            } else expect(reading.reason).not.toBe('')
          }
          const whole = read(integration, edited)
          const told = new Set(whole.map(({ number }) => number))
          if (!integration.joinsLines) {
            const filled = edited.flatMap((line, at) => (line.trim() === '' ? [] : [at + 1]))
            expect([...told].toSorted((a, b) => a - b)).toEqual(filled)
          }
        },
      ),
      { numRuns: 200 },
    )
  },
)
