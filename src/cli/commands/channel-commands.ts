import type { Command } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { formatOption } from '../format-option.ts'
import { none } from './takes.ts'

/** The verbs of `vedette channel`. */
export const channelCommands: readonly Command[] = [
  {
    name: ['channel', 'list'],
    summary: 'who is told of which alerts',
    takes: none,
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette channel list'],
    run: async (call, terminal) => (await import('../channel.ts')).channelList(call, terminal),
  },
  {
    name: ['channel', 'connectors'],
    summary: 'the ways to tell somebody, and what each must be given',
    takes: none,
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette channel connectors'],
    run: async (call, terminal) =>
      (await import('../channel.ts')).channelConnectors(call, terminal),
  },
  {
    name: ['channel', 'add'],
    summary: 'tell somebody of alerts from now on',
    arguments: 'NAME CONNECTOR [SETTING=VALUE…]',
    takes: { min: 2, max: 30 },
    options: {
      ...connectOptions,
      secret: {
        kind: 'text',
        value: 'SETTING=FILE',
        multiple: true,
        help: 'a setting whose value is in a file: secrets do not belong on command lines',
      },
      severity: { kind: 'text', value: 'SEVERITY', help: 'the least that is told, default low' },
      rule: { kind: 'text', value: 'ID', multiple: true, help: 'only alerts of this rule_id' },
      group: {
        kind: 'text',
        value: 'SECONDS',
        help: 'one message for what comes within, default 0',
      },
      'quiet-hours': {
        kind: 'text',
        value: 'HH:MM-HH:MM',
        help: 'hours (UTC) in which only critical alerts are told',
      },
      template: { kind: 'text', value: 'TEXT', help: 'default: that of the connector' },
    },
    examples: [
      'vedette channel add soc webhook --secret url=hook.txt --secret key=hook.key',
      'vedette channel add night syslog host=127.0.0.1 port=514 --severity high',
    ],
    run: async (call, terminal) => (await import('../channel.ts')).channelAdd(call, terminal),
  },
  {
    name: ['channel', 'test'],
    summary: 'send a sample through a channel',
    arguments: 'NAME|ID',
    takes: { min: 1, max: 1 },
    options: connectOptions,
    examples: ['vedette channel test soc'],
    run: async (call, terminal) => (await import('../channel.ts')).channelTest(call, terminal),
  },
  {
    name: ['channel', 'remove'],
    summary: 'tell somebody nothing any more',
    arguments: 'NAME|ID',
    takes: { min: 1, max: 1 },
    options: connectOptions,
    examples: ['vedette channel remove soc'],
    run: async (call, terminal) => (await import('../channel.ts')).channelRemove(call, terminal),
  },
  {
    name: ['channel', 'waiting'],
    summary: 'messages that wait or were given up',
    takes: none,
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette channel waiting'],
    run: async (call, terminal) => (await import('../channel.ts')).channelWaiting(call, terminal),
  },
  {
    name: ['channel', 'retry'],
    summary: 'try messages again that were given up; without an id, all of them',
    arguments: '[ID…]',
    takes: { min: 0, max: 1_000 },
    options: connectOptions,
    examples: ['vedette channel retry'],
    run: async (call, terminal) => (await import('../channel.ts')).channelRetry(call, terminal),
  },
]
