import type { Command, Options } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { followOptions } from '../follow-options.ts'
import { formatOption } from '../format-option.ts'
import { any, many, none } from './takes.ts'

const past: Options = {
  from: { kind: 'text', value: 'TIME', help: '24h (ago), now-7d, or a date' },
  to: { kind: 'text', value: 'TIME', help: 'default: now' },
}

const limit: Options = {
  limit: { kind: 'text', value: 'N', help: 'at most so many, default 100' },
}

/** The verbs about executions, gaps, and runs over past time. */
export const runCommands: readonly Command[] = [
  {
    name: ['rule', 'run'],
    summary: 'execute a rule now, beside its schedule, or over past time',
    arguments: 'ID',
    takes: { min: 1, max: 1 },
    options: { ...connectOptions, ...formatOption, ...past, ...followOptions },
    examples: ['vedette rule run 9d3b', 'vedette rule run 9d3b --from now-7d --to now-6d'],
    notes: [
      'Over past time, which reaches back 90 days, the rule is executed once an interval, oldest first, in',
      'the background; what it tells is told once, however often it is run. Only rules that are on run.',
    ],
    run: async (call, terminal) => (await import('../rule-run.ts')).ruleRun(call, terminal),
  },
  {
    name: ['rule', 'gaps'],
    summary: 'event time that nothing read although the rule was on',
    arguments: '[ID…]',
    takes: any,
    options: {
      ...connectOptions,
      ...formatOption,
      ...past,
      filled: { kind: 'switch', help: 'also gaps that are filled' },
    },
    examples: ['vedette rule gaps', 'vedette rule gaps 9d3b --filled'],
    run: async (call, terminal) => (await import('../rule-gaps.ts')).ruleGaps(call, terminal),
  },
  {
    name: ['rule', 'fill'],
    summary: 'make the executions that gaps missed, of some rules or of all',
    arguments: '[ID…]',
    takes: any,
    options: { ...connectOptions, ...formatOption, ...past, ...followOptions },
    examples: ['vedette rule fill', 'vedette rule fill 9d3b --from 24h'],
    notes: [
      'The executions run in the background, oldest first, two rules at a time; a restart does not end',
      'them. exit codes: 1 an execution failed, 6 some gaps belong to rules that are off or cannot run.',
    ],
    run: async (call, terminal) => (await import('../rule-fill.ts')).ruleFill(call, terminal),
  },
  {
    name: ['rule', 'runs'],
    summary: 'runs over past time and fills, and how far they are',
    arguments: '[ID]',
    takes: { min: 0, max: 1 },
    options: { ...connectOptions, ...formatOption, ...limit },
    examples: ['vedette rule runs'],
    run: async (call, terminal) => (await import('../rule-runs.ts')).ruleRuns(call, terminal),
  },
  {
    name: ['rule', 'cancel'],
    summary: 'end runs over past time after their execution at hand',
    arguments: 'RUN…',
    takes: many,
    options: connectOptions,
    examples: ['vedette rule cancel 4f1c'],
    run: async (call, terminal) => (await import('../rule-runs.ts')).ruleCancel(call, terminal),
  },
  {
    name: ['execution', 'list'],
    summary: 'executions: what they made, how long they took, what they say',
    takes: none,
    options: {
      ...connectOptions,
      ...formatOption,
      rule: { kind: 'text', value: 'ID', help: 'only of this rule' },
      status: {
        kind: 'text',
        value: 'STATUS',
        multiple: true,
        help: 'succeeded, partial failure or failed',
      },
      kind: { kind: 'text', value: 'KIND', multiple: true, help: 'scheduled or manual' },
      run: { kind: 'text', value: 'RUN', help: 'only of this run over past time' },
      ...limit,
    },
    examples: ['vedette execution list --status failed', 'vedette executions list --rule 9d3b'],
    run: async (call, terminal) =>
      (await import('../execution-list.ts')).executionList(call, terminal),
  },
  {
    name: ['execution', 'show'],
    summary: 'one execution: what it read, made, cut and says',
    arguments: 'ID',
    takes: { min: 1, max: 1 },
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette execution show 0a6d'],
    run: async (call, terminal) =>
      (await import('../execution-show.ts')).executionShow(call, terminal),
  },
]
