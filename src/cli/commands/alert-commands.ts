import type { Command, Options } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { formatOption } from '../format-option.ts'
import { many, none } from './takes.ts'

const reason: Options = {
  reason: {
    kind: 'text',
    value: 'WORD',
    help: 'false_positive, true_positive, benign_positive, duplicate, automated, other',
  },
}

/** The verbs of `vedette alert`. */
export const alertCommands: readonly Command[] = [
  {
    name: ['alert', 'list'],
    summary: 'alerts, newest first',
    takes: none,
    options: {
      ...connectOptions,
      ...formatOption,
      status: { kind: 'text', value: 'STATUS', multiple: true, help: 'open, acknowledged, closed' },
      severity: {
        kind: 'text',
        value: 'SEVERITY',
        multiple: true,
        help: 'low, medium, high, critical',
      },
      rule: { kind: 'text', value: 'ID', help: 'only alerts of this rule' },
      since: { kind: 'text', value: 'TIME', help: '24h, now-7d, or a date' },
      limit: { kind: 'text', value: 'N', help: 'default 100' },
    },
    examples: ['vedette alert list', 'vedette alert list --status open --since 24h --format json'],
    run: async (call, terminal) => (await import('../alert-list.ts')).alertList(call, terminal),
  },
  {
    name: ['alert', 'show'],
    summary: 'one alert whole; -1 is the latest',
    arguments: 'ID',
    takes: { min: 1, max: 1 },
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette alert show -1', 'vedette alert show 3f9a1c'],
    run: async (call, terminal) => (await import('../alert-show.ts')).alertShow(call, terminal),
  },
  {
    name: ['alert', 'ack'],
    summary: 'acknowledge alerts',
    arguments: 'ID…',
    takes: many,
    options: connectOptions,
    examples: ['vedette alert ack -1'],
    run: async (call, terminal) =>
      (await import('../alert-status.ts')).alertStatus(call, terminal, 'acknowledged'),
  },
  {
    name: ['alert', 'close'],
    summary: 'close alerts',
    arguments: 'ID…',
    takes: many,
    options: { ...connectOptions, ...reason },
    examples: ['vedette alert close 3f9a1c --reason false_positive'],
    run: async (call, terminal) =>
      (await import('../alert-status.ts')).alertStatus(call, terminal, 'closed'),
  },
  {
    name: ['alert', 'reopen'],
    summary: 'open alerts again',
    arguments: 'ID…',
    takes: many,
    options: connectOptions,
    examples: ['vedette alert reopen 3f9a1c'],
    run: async (call, terminal) =>
      (await import('../alert-status.ts')).alertStatus(call, terminal, 'open'),
  },
]
