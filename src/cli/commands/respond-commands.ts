import type { Command } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { formatOption } from '../format-option.ts'
import { none } from './takes.ts'

/** The verbs of `vedette respond`. */
export const respondCommands: readonly Command[] = [
  {
    name: ['respond', 'actions'],
    summary: 'what can be done to hosts, and what keeps it from being done',
    takes: none,
    options: {
      ...connectOptions,
      ...formatOption,
      host: { kind: 'text', value: 'ID', help: 'default: the host of the server' },
    },
    examples: ['vedette respond actions'],
    run: async (call, terminal) => (await import('../respond.ts')).respondActions(call, terminal),
  },
  {
    name: ['respond', 'run'],
    summary: 'give a command to a host and wait for what comes of it',
    arguments: 'ACTION [NAME=VALUE…]',
    takes: { min: 1, max: 20 },
    options: {
      ...connectOptions,
      ...formatOption,
      why: { kind: 'text', value: 'TEXT', help: 'kept with it for good; default: answers ALERT' },
      alert: {
        kind: 'text',
        value: 'ID',
        help: 'the alert that it answers: container or process are taken from it; -1 is the latest',
      },
      host: { kind: 'text', value: 'ID', help: 'default: the host of the server' },
      'dry-run': { kind: 'switch', help: 'only say what it would do' },
      'no-wait': { kind: 'switch', help: 'print the id of the command and be done' },
    },
    examples: [
      'vedette respond run container-stop --alert -1',
      "vedette respond run container-logs container=3f9a1c0d2b4e lines=50 --why 'odd image'",
      'vedette respond run host-isolate --dry-run --why drill',
    ],
    notes: [
      'The output goes to stdout, what came of it to stderr; files that are no text come as base64.',
      'Exit code 3: the command did not do what it was given for.',
    ],
    run: async (call, terminal) => (await import('../respond.ts')).respondRun(call, terminal),
  },
  {
    name: ['respond', 'list'],
    summary: 'commands, newest first',
    takes: none,
    options: {
      ...connectOptions,
      ...formatOption,
      alert: { kind: 'text', value: 'ID', help: 'only those that answer this alert' },
      limit: { kind: 'text', value: 'N', help: 'default 100' },
    },
    examples: ['vedette respond list --alert -1'],
    run: async (call, terminal) => (await import('../respond.ts')).respondList(call, terminal),
  },
  {
    name: ['respond', 'show'],
    summary: 'one command with its output',
    arguments: 'ID',
    takes: { min: 1, max: 1 },
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette respond show 0190f3c2'],
    run: async (call, terminal) => (await import('../respond.ts')).respondShow(call, terminal),
  },
  {
    name: ['respond', 'cancel'],
    summary: 'take a command back that does not run yet',
    arguments: 'ID',
    takes: { min: 1, max: 1 },
    options: connectOptions,
    examples: ['vedette respond cancel 0190f3c2'],
    run: async (call, terminal) => (await import('../respond.ts')).respondCancel(call, terminal),
  },
]
