import type { Command } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { formatOption } from '../format-option.ts'
import { none } from './takes.ts'

/** The verbs of `vedette saved-query`. */
export const savedQueryCommands: readonly Command[] = [
  {
    name: ['saved-query', 'list'],
    summary: 'queries that rules run by their ids',
    takes: none,
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette saved-query list'],
    notes: ['`vedette rule import` takes them too, from an NDJSON export of saved objects.'],
    run: async (call, terminal) =>
      (await import('../saved-query.ts')).savedQueryList(call, terminal),
  },
  {
    name: ['saved-query', 'show'],
    summary: 'one saved query, and the rules that run it',
    arguments: 'ID',
    takes: { min: 1, max: 1 },
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette saved-query show shells-of-servers'],
    run: async (call, terminal) =>
      (await import('../saved-query.ts')).savedQueryShow(call, terminal),
  },
  {
    name: ['saved-query', 'put'],
    summary: 'save a query under an id, or save it anew',
    arguments: 'ID QUERY',
    takes: { min: 2, max: 2 },
    options: {
      ...connectOptions,
      language: { kind: 'text', value: 'kuery|lucene', help: 'default kuery' },
      title: { kind: 'text', value: 'TEXT', help: 'default: the id' },
      description: { kind: 'text', value: 'TEXT', help: 'what it is for' },
    },
    examples: ['vedette saved-query put shells process.name:sh'],
    notes: ['Rules that run it run the new text from their next execution on.'],
    run: async (call, terminal) =>
      (await import('../saved-query.ts')).savedQueryPut(call, terminal),
  },
  {
    name: ['saved-query', 'remove'],
    summary: 'remove a saved query',
    arguments: 'ID',
    takes: { min: 1, max: 1 },
    options: connectOptions,
    examples: ['vedette saved-query remove shells-of-servers'],
    notes: ['Rules that run it run a query of their own if they have one, and fail otherwise.'],
    run: async (call, terminal) =>
      (await import('../saved-query.ts')).savedQueryRemove(call, terminal),
  },
]
