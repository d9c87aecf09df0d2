import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collectableIds } from './collectable.ts'
import { enrolmentLine, readEnrolmentLine } from './enrolment-line.ts'
import { healthShape, type AgentHealth } from './health.ts'
import { differencesOf, readPolicy, type AgentPolicy } from './policy.ts'
import { policyBy, presetOf, presets } from './preset.ts'

const arbitraryPolicy: fc.Arbitrary<AgentPolicy> = fc.record({
  name: fc.string({ minLength: 1, maxLength: 100 }),
  description: fc.string({ maxLength: 200 }),
  environment: fc.constantFrom('traditional', 'cloud'),
  collects: fc.subarray([...collectableIds]),
  sessions: fc.constantFrom('all', 'interactive'),
  sensor: fc.constantFrom('auto', 'bpf', 'audit', 'proc'),
  spool_mib: fc.integer({ min: 16, max: 1_048_576 }),
})

const throughJson = (value: object): unknown => JSON.parse(JSON.stringify(value))

test('an enrolment line reads back as what it was made of, also where a terminal broke it', () => {
  const enrolment = fc.record({
    url: fc
      .tuple(fc.domain(), fc.integer({ min: 1, max: 65_535 }))
      .map(([name, port]) => `https://${name}:${port}`),
    authority: fc.stringMatching(/^[0-9a-f]{64}$/),
    secret: fc.string({ minLength: 1, unit: 'grapheme' }),
  })
  fc.assert(
    fc.property(enrolment, fc.nat(), (made, at) => {
      const line = enrolmentLine(made)
      const broken = at % line.length
      const wrapped = ` ${line.slice(0, broken)}\n${line.slice(broken)}\n`
      expect(readEnrolmentLine(wrapped)).toEqual({ ok: true, value: made })
    }),
  )
})

test('an enrolment line that was cut or changed is told from a whole one', () => {
  const line = enrolmentLine({ url: 'https://a:1', authority: 'a'.repeat(64), secret: 'x' })
  fc.assert(
    fc.property(
      fc.nat({ max: line.length - 1 }),
      fc.constantFrom('', '_', 'vee1.'),
      (at, other) => {
        expect(readEnrolmentLine(line.slice(0, at) + other).ok).toBe(false)
      },
    ),
  )
})

test('any text is an enrolment line or is refused with a reason', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `vee1.${text}`),
      ),
      (text) => {
        const read = readEnrolmentLine(text)
        expect(read.ok || read.error.length > 0).toBe(true)
      },
    ),
  )
})

test('a policy reads back as it was written', () => {
  fc.assert(
    fc.property(arbitraryPolicy, (policy) => {
      expect(readPolicy(throughJson(policy))).toEqual({ ok: true, value: policy })
    }),
  )
})

test('a policy that says what this version does not know is not understood in part', () => {
  const policy = policyBy(presets[0] ?? expect.fail(), 'x')
  const strange = [
    { ...policy, sampling: 2 },
    { ...policy, collects: ['process.exec', 'process.dreams'] },
    { ...policy, sensor: 'telepathy' },
  ]
  expect(strange.map((each) => readPolicy(each).ok)).toEqual([false, false, false])
})

test('two policies differ in nothing exactly where each says what the other says', () => {
  fc.assert(
    fc.property(arbitraryPolicy, arbitraryPolicy, (before, after) => {
      expect(differencesOf(before, before)).toEqual([])
      expect(
        differencesOf(before, { ...before, collects: [...before.collects].reverse() }),
      ).toEqual([])
      const changed = differencesOf(before, after).map(({ member }) => member)
      const mended = {
        ...before,
        ...Object.fromEntries(changed.map((member) => [member, after[member]])),
      }
      expect(differencesOf(mended, after)).toEqual([])
    }),
  )
})

test('a policy made by a preset follows it, until what is collected changes', () => {
  for (const preset of presets) {
    const policy = policyBy(preset, 'any name')
    expect(presetOf(policy)).toBe(preset)
    expect(presetOf({ ...policy, spool_mib: 99, sensor: 'proc' })).toBe(preset)
    expect(presetOf({ ...policy, collects: ['process.fork'] })).toBeUndefined()
  }
})

test('a health report reads back as it was written', () => {
  const count = fc.nat()
  const text = fc.string({ maxLength: 100 })
  const maybe = <T>(name: string, of: fc.Arbitrary<T>) =>
    fc.record({ [name]: of }, { requiredKeys: [] })
  const arbitraryHealth = fc
    .record({
      run: fc.string({ minLength: 1, maxLength: 64 }),
      version: text.map((each) => each.slice(0, 64)),
      at: fc.constant('2026-12-01T00:00:00.000Z'),
      host: fc.tuple(fc.record({ id: text, name: text }), maybe('os', text)),
      sensor: fc.tuple(
        fc.record({
          mode: fc.constantFrom('bpf', 'none'),
          blind_spots: fc.array(text, { maxLength: 5 }),
          lost: count,
        }),
        maybe('reason', text),
      ),
      spool: fc.tuple(
        fc.record({ events: count, bytes: count, dropped: count, damaged: count }),
        maybe('problem', text),
      ),
      sent: fc.tuple(
        fc.record({ events: count, again: count, refused: count, left_out: count }),
        maybe('last_at', fc.constant('2026-12-01T00:00:00.000Z')),
      ),
      lag_ms: count,
      cpu_percent: fc.integer({ min: 0, max: 1_000 }),
      memory_bytes: count,
      problems: fc.array(text, { maxLength: 5 }),
    })
    .map(({ host, sensor, spool, sent, ...rest }) => ({
      ...rest,
      host: { ...host[0], ...host[1] },
      sensor: { ...sensor[0], ...sensor[1] },
      spool: { ...spool[0], ...spool[1] },
      sent: { ...sent[0], ...sent[1] },
    }))
  fc.assert(
    fc.property(arbitraryHealth, (health: AgentHealth) => {
      expect(healthShape.read(throughJson(health), '')).toEqual({ ok: true, value: health })
    }),
  )
})
