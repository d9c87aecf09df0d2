import type { Command, Options } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { formatOption } from '../format-option.ts'
import { none } from './takes.ts'

const one = { min: 1, max: 1 }

const said: Options = {
  preset: {
    kind: 'text',
    value: 'ID',
    help: 'begin with a preset; `vedette policy presets` says what each collects',
  },
  collect: {
    kind: 'text',
    value: 'KIND',
    multiple: true,
    help: 'collect these kinds of events and no others: process.exec, container …',
  },
  sessions: {
    kind: 'text',
    value: 'all|interactive',
    help: 'interactive: process events of sessions that began on a terminal alone',
  },
  sensor: { kind: 'text', value: 'auto|bpf|audit|proc', help: 'how to watch' },
  'spool-mib': {
    kind: 'text',
    value: 'N',
    help: 'how much may wait on a host while the server is away',
  },
  description: { kind: 'text', value: 'TEXT', help: 'for whoever reads it' },
}

/** Commands about what agents must do. */
export const policyCommands: readonly Command[] = [
  {
    name: ['policy', 'list'],
    summary: 'agent policies, and how many agents obey them',
    takes: none,
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette policy list'],
    run: async (call, terminal) => (await import('../policy.ts')).policyList(call, terminal),
  },
  {
    name: ['policy', 'show'],
    summary: 'what a policy says, and what each version of it changed',
    arguments: 'ID',
    takes: one,
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette policy show default'],
    run: async (call, terminal) => (await import('../policy.ts')).policyShow(call, terminal),
  },
  {
    name: ['policy', 'presets'],
    summary: 'what agents can collect, and the presets to begin with',
    takes: none,
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette policy presets'],
    run: async (call, terminal) => (await import('../policy.ts')).policyPresets(call, terminal),
  },
  {
    name: ['policy', 'create'],
    summary: 'make a policy',
    arguments: 'NAME',
    takes: one,
    options: { ...connectOptions, ...said },
    examples: ['vedette policy create containers --preset interactive-only'],
    run: async (call, terminal) => (await import('../policy.ts')).policyCreate(call, terminal),
  },
  {
    name: ['policy', 'change'],
    summary: 'make a new version of a policy, which its agents obey within seconds',
    arguments: 'ID',
    takes: one,
    options: {
      ...connectOptions,
      name: { kind: 'text', value: 'TEXT', help: 'another name' },
      ...said,
    },
    examples: ['vedette policy change default --collect process.exec --collect container'],
    run: async (call, terminal) => (await import('../policy.ts')).policyChange(call, terminal),
  },
  {
    name: ['policy', 'roll-back'],
    summary: 'make a new version that says what an earlier one said',
    arguments: 'ID VERSION',
    takes: { min: 2, max: 2 },
    options: connectOptions,
    examples: ['vedette policy roll-back default 1'],
    run: async (call, terminal) => (await import('../policy.ts')).policyRollBack(call, terminal),
  },
  {
    name: ['policy', 'remove'],
    summary: 'remove a policy that no agent is to obey',
    arguments: 'ID',
    takes: one,
    options: connectOptions,
    examples: ['vedette policy remove 0b9b1f4e-6f0a-4d55-8a6e-2f6d5c1d9a10'],
    run: async (call, terminal) => (await import('../policy.ts')).policyRemove(call, terminal),
  },
]
