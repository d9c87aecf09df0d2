import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isJsonObject, type JsonValue } from '#base'
import { documentSlots } from '../document-slots.ts'
import { scannedSlots } from './scanned-slots.ts'

const names = ['a', 'a.b', 'a.b.c', 'b', 'process.name', 'k..x', '.y', 'é.z', '__proto__', 'q']
const roots = ['a', 'a.b', 'q', 'process']

/** JSON.parse and a walk over what it gave: what every scan must agree with. */
const parsed = documentSlots()
const slotsByField = new Map(names.map((name) => [name, parsed.slotOf(name)]))
const presenceByField = new Map(roots.map((name) => [name, parsed.presenceSlotOf(name)]))
const slots = [...slotsByField.values(), ...presenceByField.values()]
const groups = [...slots.map((slot) => [slot]), slots]
const scanned = scannedSlots({ slotsByField, presenceByField, groups })

const key = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c', 'a.b.c', 'process', 'name', 'process.name', 'k'),
  fc.constantFrom('k.', '', 'x', '.x', '.y', 'y', 'é', 'z', '__proto__', 'q.r', 'a.q', 'q'),
  fc.string(),
)
const { node } = fc.letrec<{ node: JsonValue }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5 },
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(null, true, false, '"', '\\', '\n', '\u2028', '\ud800', '\ufeffx', 1e308, -0),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(key, tie('node'), { maxKeys: 5 }),
  ),
}))
const edit = fc.record({
  at: fc.nat(1_000_000),
  taken: fc.nat(3),
  put: fc.constantFrom(
    ...'"\\{}[],:0-.e \n\u0000\ufeff\u007fé',
    ...'||E+1|true|nul|\\u00|\\ud83d|"a":1,|\\n|01'.split('|'),
  ),
})

/** JSON texts, compact and pretty-printed, and texts that are nearly JSON. */
const text = fc
  .tuple(
    fc.dictionary(key, node, { maxKeys: 6 }),
    fc.constantFrom(undefined, 1, '\t'),
    fc.array(edit, { maxLength: 2 }),
  )
  .map(([document, space, edits]) =>
    edits.reduce(
      (text, { at, taken, put }) => {
        const place = at % (text.length + 1)
        return text.slice(0, place) + put + text.slice(place + taken)
      },
      JSON.stringify(document, null, space),
    ),
  )

test('a scan takes nothing that JSON.parse refuses, and finds what stands in the parsed document', () => {
  let valid = 0
  let scans = 0
  fc.assert(
    fc.property(text, (written) => {
      const json = new TextEncoder().encode(written)
      const document = objectOf(new TextDecoder('utf-8', { ignoreBOM: true }).decode(json))
      if (document !== undefined) valid++
      if (scanned?.scan(json) !== true) return
      scans++
      expect(document, 'a scan took what is no JSON object').toBeDefined()
      if (document === undefined) return
      parsed.read(document)
      for (const [name, slot] of slotsByField) {
        const found = inOrder(scanned.valuesIn(slot))
        expect(found, `${name} of ${written}`).toEqual(inOrder(parsed.valuesIn(slot)))
      }
      for (const [name, slot] of presenceByField) {
        if (parsed.valuesIn(slot) === undefined) continue
        expect(scanned.valuesIn(slot), `${name} of ${written}`).toBeDefined()
      }
    }),
    { numRuns: 20_000 },
  )
  // The test fails too if scans silently gave up.
  expect(scans).toBeGreaterThan(0.6 * valid)
})

test('what a scan calls usual is what JSON.stringify writes', () => {
  const judging = scannedSlots({ slotsByField, presenceByField, groups, judgedToDepth: 100 })
  let compact = 0
  let usual = 0
  fc.assert(
    fc.property(text, (drawn) => {
      // Bytes hold no halves of characters.
      const written = drawn.toWellFormed()
      const document = objectOf(written)
      if (document !== undefined && JSON.stringify(document) === written) compact++
      if (judging?.scan(new TextEncoder().encode(written)) !== true || !judging.isAsUsual()) return
      usual++
      expect(JSON.stringify(document)).toBe(written)
    }),
    { numRuns: 20_000 },
  )
  expect(usual).toBeGreaterThan(0.3 * compact)
})

test.each([
  ['plain values', '{"a":[1,-2.5,0,0.001,"x\\n\\u0001é",null,true],"zz":{"b":{}}}', true],
  ['white space', '{"a": 1}', false],
  ['a repeated key that nobody wants', '{"zz":{"k":1,"k":2}}', false],
  ['the same key in two objects', '{"zz":{"k":{"k":2}},"zy":{"k":1}}', true],
  ['an escaped key', '{"zz":{"\\u006b":1}}', false],
  ['a key that is a number', '{"zz":{"1":2}}', false],
  ['an escape that need not be', '{"zz":"\\u0041"}', false],
  ['an escaped slash', '{"zz":"\\/"}', false],
  ['an escape in capitals', '{"zz":"\\u001F"}', false],
  ['a zero with a sign', '{"zz":-0}', false],
  ['an exponent', '{"zz":1e3}', false],
  ['a zero behind a fraction', '{"zz":1.50}', false],
  ['a number that no double holds', '{"zz":12345678901234567890}', false],
])('%s: %# may be usual', (_what, written, expected) => {
  const judging = scannedSlots({ slotsByField, presenceByField, groups, judgedToDepth: 100 })
  expect(judging?.scan(new TextEncoder().encode(written))).toBe(true)
  expect(judging?.isAsUsual()).toBe(expected)
})

test('a judged document says where nulls, objects and arrays of a field begin', () => {
  const judging = scannedSlots({ slotsByField, presenceByField, groups, judgedToDepth: 3 })
  const scan = (written: string) => judging?.scan(new TextEncoder().encode(written))
  expect(scan('{"a":null,"b":[{"x":1},"t"]}')).toBe(true)
  expect(judging?.placesIn(slotsByField.get('a') ?? -1)).toEqual([5])
  expect(judging?.placesIn(slotsByField.get('b') ?? -1)).toEqual([14, 15, 24])
  expect(judging?.valuesIn(slotsByField.get('b') ?? -1)).toBe('t')
  expect(scan('{"zz":[[1]]}')).toBe(true)
  expect(scan('{"zz":[[[1]]]}')).toBe(false)
})

test.each([
  ['an empty object', '{}', true],
  ['space around everything', ' \t\r\n{ "a" : [ 1 , { "b" : null } ] }\r\n', true],
  ['10,000 arrays in each other below no wanted field', deep(10_000), false],
  ['a thousand of them', deep(1_000), true],
  ['a key that repeats', '{"a":1,"a":2}', false],
  ['a key with an escape', '{"\\u0061":1}', false],
  [
    'a repeated key that nobody wants, while there is room to remember it',
    '{"zz":1,"zz":2}',
    false,
  ],
  ['nothing', '', false],
  ['an array', '[1]', false],
  ['an object and more', '{} {}', false],
  ['a zero byte at the end', '{}\u0000', false],
  ['an unfinished text', '{"a":"x', false],
  ['a text that ends in a backslash', '{"a":"x\\', false],
  ['a control character in a text', '{"zz":"\u001f"}', false],
  ['a number with a leading zero', '{"zz":01}', false],
  ['a long text of a wanted field', `{"a":"${'x'.repeat(100_000)}"}`, true],
  ['more than a megabyte', `{"a":"${'x'.repeat(1_100_000)}"}`, false],
  ['more values than there is room for', `{"a":[${'1,'.repeat(20_000)}1]}`, false],
])('%s: %# can be scanned', (_what, written, expected) => {
  const fresh = scannedSlots({ slotsByField, presenceByField, groups })
  expect(fresh?.scan(new TextEncoder().encode(written))).toBe(expected)
})

function deep(levels: number): string {
  return `{"zz":${'['.repeat(levels)}${']'.repeat(levels)}}`
}

function objectOf(text: string) {
  try {
    const value: JsonValue = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function inOrder(values: unknown): readonly string[] {
  const list: readonly unknown[] = values === undefined ? [] : [values].flat()
  return list.map((value) => (Object.is(value, -0) ? '-0' : JSON.stringify(value))).toSorted()
}
