import { describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '#base'
import { indicatorEventOf } from './indicator-event.ts'
import type { IntelFormat } from './indicator.ts'
import { indicatorValueOf } from './indicator-value.ts'
import { readIndicators } from './read-indicators.ts'
import { parseStixPattern } from './stix-pattern.ts'

const nowMs = Date.UTC(2026, 2, 2, 12)
const sha256 = 'ab'.repeat(32)
const md5 = 'cd'.repeat(16)

function read(text: string, format?: IntelFormat) {
  const reading = readIndicators(text, { nowMs, ...(format === undefined ? {} : { format }) })
  if (!reading.ok) throw new Error(reading.error)
  return reading.value
}

function membersIn(text: string): readonly JsonObject[] {
  return read(text).indicators.map(({ members }) => members)
}

function bundle(...objects: readonly JsonObject[]): string {
  const json: JsonValue = { type: 'bundle', id: 'bundle--1', objects }
  return JSON.stringify(json, null, 2)
}

function pattern(text: string, more: JsonObject = {}): JsonObject {
  return { type: 'indicator', id: 'indicator--1', pattern_type: 'stix', pattern: text, ...more }
}

describe('values', () => {
  test.each<[string, string, JsonObject]>([
    ['203.0.113.7', 'ipv4-addr', { ip: '203.0.113.7' }],
    ['198.51.100.0/24', 'ipv4-addr', { ip: '198.51.100.0/24' }],
    ['2001:db8::1', 'ipv6-addr', { ip: '2001:db8::1' }],
    ['203.0.113.7:8080', 'ipv4-addr', { ip: '203.0.113.7', port: 8080 }],
    ['Evil.Example.', 'domain-name', { url: { domain: 'evil.example' } }],
    [
      'hxxps://evil[.]example/x',
      'url',
      { url: { full: 'https://evil.example/x', original: 'https://evil.example/x' } },
    ],
    ['bad@evil.example', 'email-addr', { email: { address: 'bad@evil.example' } }],
    [sha256.toUpperCase(), 'file', { file: { hash: { sha256 } } }],
    [md5, 'file', { file: { hash: { md5 } } }],
    [
      'HKEY_LOCAL_MACHINE\\Software\\Evil',
      'windows-registry-key',
      { registry: { path: 'HKLM\\Software\\Evil' } },
    ],
  ])('%s is told by its looks', (value, type, members) => {
    expect(indicatorValueOf(value)).toEqual({ type, members })
  })

  test.each([
    ['', undefined],
    ['evil', undefined],
    ['300.1.1.1', undefined],
    [md5, 'sha256'],
    ['evil.example', 'ip'],
    ['evil.example', 'colour'],
  ])('%j as %s gives a reason instead', (value, type) => {
    expect(indicatorValueOf(value, type)).toBeTypeOf('string')
  })
})

describe('STIX', () => {
  test.each<[string, readonly (readonly string[])[]]>([
    ["[ipv4-addr:value = '203.0.113.7']", [['ipv4-addr:value=203.0.113.7']]],
    [
      "[file:hashes.'SHA-256' = 'a' OR file:hashes.MD5='b']",
      [['file:hashes.SHA-256=a'], ['file:hashes.MD5=b']],
    ],
    [
      "[a:x = '1' AND (b:y = '2' OR c:z = '3')]",
      [
        ['a:x=1', 'b:y=2'],
        ['a:x=1', 'c:z=3'],
      ],
    ],
    ["[a:x = '1'] OR ([a:x = '2'])", [['a:x=1'], ['a:x=2']]],
    ["[a:x IN ('1', '2')]", [['a:x=1'], ['a:x=2']]],
    ["[url:value = 'http://x/it\\'s']", [["url:value=http://x/it's"]]],
  ])('%s', (text, expected) => {
    const parsed = parseStixPattern(text)
    expect(
      parsed.ok && parsed.value.map((all) => all.map(({ path, value }) => `${path}=${value}`)),
    ).toEqual(expected)
  })

  test.each([
    '',
    'nonsense',
    "[a:x = '1'",
    "[a:x != '1']",
    "[a:x LIKE '1%']",
    "[NOT a:x = '1']",
    "[a:x = '1'] FOLLOWEDBY [b:y = '2']",
    "[a:x = '1'] AND [b:y = '2']",
    "[a:x = '1'] WITHIN 5 SECONDS",
    '['.repeat(100),
    `[${'('.repeat(100)}a:x='1'${')'.repeat(100)}]`,
  ])('%s gives a reason instead', (text) => {
    expect(parseStixPattern(text)).toMatchObject({ ok: false, error: expect.any(String) })
  })

  test('an indicator has what its object and the objects around it say', () => {
    const text = bundle(
      { type: 'identity', id: 'identity--1', name: 'Example CERT' },
      pattern(`[file:hashes.MD5 = '${md5}' AND file:hashes.'SHA-256' = '${sha256}']`, {
        name: 'Dropper',
        description: 'Drops.',
        created_by_ref: 'identity--1',
        confidence: 85,
        valid_from: '2026-02-01T00:00:00Z',
        valid_until: '2026-05-01T00:00:00Z',
        object_marking_refs: ['marking-definition--f88d31f6-486f-44da-b317-01333bde0b82'],
        external_references: [{ source_name: 'x', url: 'https://cert.example/1' }],
        labels: ['dropper'],
      }),
    )
    expect(read(text)).toEqual({
      format: 'stix',
      problems: [],
      outdated: 0,
      indicators: [
        {
          type: 'file',
          members: { file: { hash: { md5, sha256 } } },
          about: {
            name: 'Dropper',
            description: 'Drops.',
            provider: 'Example CERT',
            confidence: 'High',
            reference: 'https://cert.example/1',
            tlp: 'AMBER',
            firstSeenMs: Date.UTC(2026, 1, 1),
            validUntilMs: Date.UTC(2026, 4, 1),
            tags: ['dropper'],
          },
        },
      ],
    })
  })

  test('what is taken back or over is counted, what is not supported is named', () => {
    const text = bundle(
      pattern("[ipv4-addr:value = '203.0.113.7']", { revoked: true }),
      pattern("[ipv4-addr:value = '203.0.113.7']", { valid_until: '2026-03-01T00:00:00Z' }),
      pattern('rule x { condition: true }', { pattern_type: 'yara' }),
      pattern("[mutex:name = 'x']"),
      pattern("[ipv4-addr:value LIKE '203.%']"),
      { type: 'malware', id: 'malware--1' },
    )
    const { indicators, problems, outdated } = read(text)
    expect([indicators.length, outdated]).toEqual([0, 2])
    expect(problems.map(({ kind, message }) => [kind, message])).toEqual([
      ['unsupported', 'patterns in yara are not supported'],
      ['unsupported', 'mutex:name is not supported'],
      ['unsupported', '"LIKE" in the pattern is not supported'],
    ])
  })
})

describe('CSV', () => {
  test('a header says what the columns are', () => {
    const text = [
      'Type;Value;Confidence;Comment',
      'ip-dst;203.0.113.7;80;"C2; ""first"" stage"',
      'sha256;not a hash;;',
    ].join('\r\n')
    const { indicators, problems } = read(text)
    expect(indicators).toEqual([
      {
        type: 'ipv4-addr',
        members: { ip: '203.0.113.7' },
        about: { confidence: 'High', description: 'C2; "first" stage' },
      },
    ])
    expect(problems).toEqual([
      { kind: 'unreadable', place: '3', message: '"not a hash" is no sha256' },
    ])
  })

  test('a header may stand in the last comment, and hashes of one line are of one file', () => {
    const text = `# A list\n# first_seen_utc,sha256_hash,md5_hash,signature\n"2026-02-01 10:00:00 UTC", "${sha256}", "${md5}", "Evil"\n`
    expect(read(text).indicators).toEqual([
      {
        type: 'file',
        members: { file: { hash: { sha256, md5 } } },
        about: { name: 'Evil', firstSeenMs: Date.UTC(2026, 1, 1, 10) },
      },
    ])
  })

  test('without a header there is one value a line, perhaps with its type', () => {
    expect(membersIn('203.0.113.7\n\n# a comment\nevil.example\n')).toEqual([
      { ip: '203.0.113.7' },
      { url: { domain: 'evil.example' } },
    ])
    expect(membersIn('203.0.113.7,ip\nevil.example,domain\n')).toEqual([
      { ip: '203.0.113.7' },
      { url: { domain: 'evil.example' } },
    ])
  })

  test('a line number counts line breaks inside quotes', () => {
    const { problems } = read('value,comment\n203.0.113.7,"two\nlines"\nnonsense,x\n')
    expect(problems.map(({ place }) => place)).toEqual(['4'])
  })
})

describe('NDJSON', () => {
  test('objects of value and type, and ECS documents, nested or dotted', () => {
    const lines: readonly JsonObject[] = [
      { value: '203.0.113.7', type: 'ip', expires: '30d', tags: ['c2', 'x'] },
      {
        threat: {
          indicator: { type: 'url', url: { full: 'http://evil.example/' }, confidence: 'High' },
          feed: { name: 'F' },
        },
      },
      { 'threat.indicator.file.hash.sha256': sha256 },
    ]
    expect(read(lines.map((line) => JSON.stringify(line)).join('\n')).indicators).toEqual([
      {
        type: 'ipv4-addr',
        members: { ip: '203.0.113.7' },
        about: { validUntilMs: nowMs + 30 * 86_400_000, tags: ['c2', 'x'] },
      },
      {
        type: 'url',
        members: { url: { full: 'http://evil.example/' } },
        about: { confidence: 'High', provider: 'F' },
      },
      { type: 'file', members: { 'file.hash.sha256': sha256 }, about: {} },
    ])
  })

  test('bad lines are named and the others read', () => {
    const { indicators, problems } = read(
      '{"value":"203.0.113.7"}\n{"value":\n{"colour":"red"}\n[1]\n',
    )
    expect(indicators).toHaveLength(1)
    expect(problems.map(({ place }) => place)).toEqual(['2', '3', '4'])
  })
})

test.each([
  '',
  '{',
  '[]',
  '{}',
  '\u0000',
  '"',
  ',,,',
  '#',
  '[[[',
  '{"objects":[null,1,{"type":"indicator"}]}',
])('no text makes reading throw: %j', (text) => {
  for (const format of [undefined, 'stix', 'csv', 'ndjson'] as const) {
    const reading = readIndicators(text, { nowMs, ...(format === undefined ? {} : { format }) })
    expect(reading.ok ? reading.value.indicators : []).toEqual([])
  }
})

describe('documents', () => {
  const [indicator] = read('203.0.113.7\n').indicators
  if (indicator === undefined) throw new Error('there must be one')
  const dayMs = 86_400_000
  const idAt = (ms: number, more: JsonObject = {}, lifetimeMs?: number) =>
    indicatorEventOf(
      { ...indicator, about: { ...indicator.about, ...more } },
      { nowMs: ms, provider: 'list', ...(lifetimeMs === undefined ? {} : { lifetimeMs }) },
    ).id

  test('an indicator imported twice is one document, whenever it was last seen', () => {
    expect(idAt(nowMs, { lastSeenMs: 5 })).toBe(idAt(nowMs + 60_000, { lastSeenMs: 7 }))
  })

  test('it is renewed a week later, before half of its life is over, and when it says something else', () => {
    expect(idAt(nowMs + 7 * dayMs)).not.toBe(idAt(nowMs))
    expect(idAt(nowMs + dayMs, {}, 2 * dayMs)).not.toBe(idAt(nowMs, {}, 2 * dayMs))
    expect(idAt(nowMs, { confidence: 'High' })).not.toBe(idAt(nowMs))
  })

  test('the document is what rules for threat intelligence ask for', () => {
    expect(
      indicatorEventOf(indicator, { nowMs, provider: 'list', lifetimeMs: dayMs }),
    ).toMatchObject({
      index: 'logs-ti_vedette.indicator-default',
      source: {
        '@timestamp': '2026-03-02T12:00:00.000Z',
        event: {
          kind: 'enrichment',
          category: ['threat'],
          type: ['indicator'],
          module: 'ti_vedette',
        },
        threat: {
          feed: { name: 'list' },
          indicator: { type: 'ipv4-addr', ip: '203.0.113.7', provider: 'list' },
        },
        vedette: { indicator: { valid_until: '2026-03-03T12:00:00.000Z' } },
      },
    })
  })
})
