import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sharedData, withoutSharedData } from '../../../../test/support/shared-data.ts'
import { processFields } from './fields.ts'

const endpointFields = sharedData('endpoint/endpoint_fields.tsv')

/** Ours are plain keywords; these three are what Elastic’s mapping lacks and its documents have, or ECS has. */
const differing = [
  'container.security_context.privileged',
  'data_stream.dataset',
  'data_stream.namespace',
  'data_stream.type',
  'process.Ext.command_line_truncated',
  'process.parent.Ext.command_line_truncated',
]

test('every field but our own is an endpoint field of the same type', (context) => {
  if (endpointFields === undefined) return context.skip(withoutSharedData)
  const rows = readFileSync(endpointFields, 'utf8').split('\n')
  const typeByField = new Map(
    rows.map((row) => row.split('\t')).map(([name, type]) => [name, type]),
  )
  const found = processFields
    .filter(({ name, type }) => !name.startsWith('vedette.') && typeByField.get(name) !== type)
    .map(({ name }) => name)
  expect(found.toSorted()).toEqual(differing)
})
