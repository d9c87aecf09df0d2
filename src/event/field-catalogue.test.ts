import { expect, test } from 'vitest'
import { ecsCatalogue } from './ecs-catalogue.ts'
import { emptyCatalogue, withMappings } from './with-mappings.ts'

const ecs = ecsCatalogue()

test.each([
  ['@timestamp', { type: 'date' }],
  ['process.name', { type: 'keyword', ignoreAbove: 1024 }],
  ['process.command_line', { type: 'wildcard' }],
  ['process.args_count', { type: 'long' }],
  ['process.interactive', { type: 'boolean' }],
  ['source.ip', { type: 'ip' }],
  ['message', { type: 'match_only_text' }],
  ['data_stream.dataset', { type: 'constant_keyword' }],
  ['email.attachments', { type: 'nested' }],
  ['process.name.text', { type: 'match_only_text', valuesFrom: 'process.name' }],
  [
    'process.name.caseless',
    { type: 'keyword', caseless: true, ignoreAbove: 1024, valuesFrom: 'process.name' },
  ],
  ['process.Ext.ancestry', { type: 'keyword', ignoreAbove: 1024 }],
  ['my.own.created', { type: 'date' }],
])('%s is known as %j', (name, mapping) => {
  expect(ecs.mappingOf(name)).toEqual({ name, ...mapping })
})

test.each(['okta.actor.id', 'process', 'process.nmae', 'constructor', ''])(
  '%j is not known',
  (name) => {
    expect(ecs.mappingOf(name)).toBeUndefined()
  },
)

test('there are some three thousand names, more than the schema alone', () => {
  expect([...ecs.names()].length).toBeGreaterThan(2_800)
})

test('a misspelt name has a nearest one, a stranger has none', () => {
  expect(ecs.nearest('proces.nmae')).toBe('process.name')
  expect(ecs.nearest('okta.actor.alternate_id')).toBeUndefined()
})

test('a pattern means plain fields, and multi-fields where it spells their last part', () => {
  expect(ecs.expand('process.hash.*')).toContain('process.hash.sha256')
  expect(ecs.expand('process.na*')).toEqual(['process.name'])
  expect(ecs.expand('process.na*.text')).toEqual(['process.name.text'])
  expect(ecs.expand('no.such.*')).toEqual([])
})

test('the nested path of a field is the innermost nested object around it', () => {
  expect(ecs.nestedPathOf('email.attachments.file.name')).toBe('email.attachments')
  expect(ecs.nestedPathOf('email.attachments')).toBeUndefined()
  expect(ecs.nestedPathOf('email.subject')).toBeUndefined()
})

test('own mappings come before those below them', () => {
  const fields = withMappings(ecs, {
    'process.name': 'text',
    'my.list': 'nested',
    'my.list.id': {
      type: 'keyword',
      ignore_above: 8,
      fields: { low: { type: 'keyword', normalizer: 'lowercase' } },
    },
    labels: 'flattened',
  })
  expect(fields.mappingOf('process.name')).toEqual({ name: 'process.name', type: 'text' })
  expect(fields.mappingOf('my.list.id.low')).toEqual({
    name: 'my.list.id.low',
    type: 'keyword',
    caseless: true,
    valuesFrom: 'my.list.id',
  })
  expect(fields.mappingOf('labels.any.key')).toEqual({ name: 'labels.any.key', type: 'keyword' })
  expect(fields.nestedPathOf('my.list.id')).toBe('my.list')
  expect(fields.nestedPathOf('email.attachments.file.name')).toBe('email.attachments')
  expect(fields.expand('my.*')).toEqual(['my.list.id'])
  expect(fields.mappingOf('source.ip')?.type).toBe('ip')
})

test('the version changes with any mapping, and only then', () => {
  const one = withMappings(ecs, { a: 'long' })
  expect(one.version).toBe(withMappings(ecs, { a: 'long' }).version)
  expect(one.version).not.toBe(ecs.version)
  expect(one.version).not.toBe(withMappings(ecs, { a: 'double' }).version)
  expect(one.version).not.toBe(withMappings(emptyCatalogue(), { a: 'long' }).version)
})
