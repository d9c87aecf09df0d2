import type { Command, Options } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { formatOption } from '../format-option.ts'

const question: Options = {
  query: { kind: 'text', short: 'q', value: 'KQL', help: 'only events that match' },
  index: { kind: 'text', value: 'PATTERN', help: 'default *' },
  since: { kind: 'text', value: 'TIME', help: '24h, now-7d, or a date; default: the beginning' },
}

/** The verbs of `vedette event`. */
export const eventCommands: readonly Command[] = [
  {
    name: ['event', 'histogram'],
    summary: 'how many events there were, by time',
    takes: { min: 0, max: 0 },
    options: {
      ...connectOptions,
      ...formatOption,
      ...question,
      every: { kind: 'text', value: 'SPAN', help: '10m, 1h, 1d; default 1h' },
    },
    examples: ['vedette event histogram --since 7d', 'vedette event histogram -q process.name:nc'],
    run: async (call, terminal) =>
      (await import('../event-counts.ts')).eventHistogram(call, terminal),
  },
  {
    name: ['event', 'top'],
    summary: 'the commonest values of a field, and how many different ones there are',
    arguments: 'FIELD',
    takes: { min: 1, max: 1 },
    options: {
      ...connectOptions,
      ...formatOption,
      ...question,
      limit: { kind: 'text', value: 'N', help: 'default 100' },
    },
    examples: [
      'vedette event top process.name --since 24h',
      'vedette event top host.id -q process.name:nc',
    ],
    notes: ['Of host.id, the number of different values says on how many hosts something was.'],
    run: async (call, terminal) => (await import('../event-counts.ts')).eventTop(call, terminal),
  },
]
