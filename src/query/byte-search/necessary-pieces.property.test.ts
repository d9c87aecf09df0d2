import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { emptyCatalogue, withMappings } from '#event'
import { evaluateFilter } from '../match/evaluate.ts'
import { byteSearch } from './byte-search.ts'
import { letterEscape, necessaryPieces } from './necessary-pieces.ts'

/** A JSON text that means the same, some characters of its strings written in another way. */
function rewritten(json: string, choices: readonly number[]): string {
  let at = 0
  const choice = () => choices[at++ % choices.length] ?? 0
  return json.replace(/"((?:[^"\\]|\\.)*)"/gs, (_, inner: string) => {
    const unescaped: string = JSON.parse(`"${inner}"`)
    const units = unescaped.split('').map((unit) => {
      const chosen = choice()
      if (chosen === 1) return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
      if (chosen === 2 && unit === '/') return '\\/'
      return JSON.stringify(unit).slice(1, -1)
    })
    return `"${units.join('')}"`
  })
}

function mayMatch(json: string, plan: FilterPlan): boolean {
  const bytes = new TextEncoder().encode(json)
  return necessaryPieces(plan, fields).every((pieces) => {
    const search = byteSearch([...pieces, letterEscape], 4096)
    if (search === undefined) throw new Error('WebAssembly with SIMD is needed')
    search.room.set(bytes)
    return search.placesIn(0, bytes.length).next(0) >= 0
  })
}

const fields = withMappings(emptyCatalogue(), {
  word: 'keyword',
  text: 'match_only_text',
  low: { type: 'keyword', normalizer: 'lowercase' },
})
const values = fc.constantFrom(
  'docker',
  'DOCKER',
  'doc\u212aer',
  '/usr/bin/docker',
  'k\u0130ll',
  'kill',
  'a"quoted"b',
  '443',
  'docker run --privileged',
  'été docker',
  'docker\nrun',
  'nsenter.sh',
)
const leaf = fc
  .record({
    name: fc.constantFrom('word', 'text', 'low', 'free'),
    value: values,
    caseless: fc.boolean(),
    kind: fc.constantFrom('match', 'match-any', 'glob'),
  })
  .map(({ name, value, caseless, kind }): FilterPlan => {
    const field = { kind: 'field', name } as const
    if (kind === 'match')
      return { kind, field, literal: { value, quoted: true }, ...(caseless && { caseless }) }
    if (kind === 'match-any') return { kind, field, values: [value, 'nothing else'], caseless }
    const middle = { kind: 'literal', text: value.slice(1) } as const
    return { kind: 'glob', field, glob: [{ kind: 'any-run' }, middle], caseless }
  })

const { plan } = fc.letrec<{ plan: FilterPlan }>((tie) => ({
  plan: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc.record({
      kind: fc.constantFrom<'and' | 'or'>('and', 'or'),
      of: fc.array(tie('plan'), { minLength: 1, maxLength: 3 }),
    }),
    tie('plan').map((of): FilterPlan => ({ kind: 'not', of })),
  ),
}))
const name = fc.constantFrom('word', 'text', 'low', 'free')
const document = fc.dictionary(name, fc.oneof(values, fc.constant(443), fc.array(values)), {
  minKeys: 1,
})

test('the text of a document that a filter matches holds a piece of each clause, however it is written', () => {
  let matched = 0
  fc.assert(
    fc.property(
      plan,
      document,
      fc.array(fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2), { minLength: 1, maxLength: 9 }),
      (wanted, source, choices) => {
        if (!evaluateFilter(wanted, source, { fields, nowMs: 0 })) return
        if (necessaryPieces(wanted, fields).length > 0) matched++
        expect(mayMatch(rewritten(JSON.stringify(source), choices), wanted)).toBe(true)
      },
    ),
    { numRuns: 5000 },
  )
  expect(matched).toBeGreaterThan(50)
})

test('what any of which must stand in a text is known of rules as they are written', () => {
  const field = (name: string) => ({ kind: 'field', name }) as const
  const wanted: FilterPlan = {
    kind: 'and',
    of: [
      { kind: 'match', field: field('word'), literal: { value: '--privileged', quoted: true } },
      { kind: 'match-any', field: field('free'), values: ['/usr/bin/docker', 'podman'] },
      { kind: 'exists', field: field('word') },
    ],
  }
  expect(necessaryPieces(wanted, fields).map((pieces) => pieces.toSorted())).toEqual(
    expect.arrayContaining([['--privileged'], ['docker', 'podman']]),
  )
})
