import type { Command, Options } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { formatOption } from '../format-option.ts'
import { none } from './takes.ts'

const one = { min: 1, max: 1 }

const state: Options = {
  state: {
    kind: 'text',
    value: 'DIR',
    help: 'where the agent keeps what it is (also by VEDETTE_AGENT_STATE), default /var/lib/vedette-agent',
  },
}

const running: Options = {
  'engine-socket': {
    kind: 'text',
    value: 'PATH',
    multiple: true,
    help: 'socket of a container engine to follow, default: where Docker and Podman listen',
  },
  'log-level': {
    kind: 'text',
    value: 'LEVEL',
    help: 'debug, info (default), warn or error, to stderr',
  },
}

/** Commands about agents: those on the server's side, and those on a host. */
export const agentCommands: readonly Command[] = [
  {
    name: ['agent', 'token'],
    summary: 'make the line by which a host becomes an agent',
    takes: none,
    options: {
      ...connectOptions,
      policy: { kind: 'text', value: 'ID', help: 'what it is to obey, default: default' },
      expires: { kind: 'text', value: 'TIME', help: 'how long it opens, default 1h' },
      uses: { kind: 'text', value: 'N', help: 'how many hosts it enrols, default 1' },
    },
    examples: ['vedette agent token', 'vedette agent token --uses 50 --expires 1d'],
    notes: [
      'The server must let agents call: `vedette serve --agent-host ADDRESS`. The line holds a secret, where',
      'agents call, and the fingerprint of the server: who has it can enrol a host, and see nothing.',
    ],
    run: async (call, terminal) => (await import('../agent.ts')).agentToken(call, terminal),
  },
  {
    name: ['agent', 'list'],
    summary: 'agents and how they are',
    takes: none,
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette agent list'],
    run: async (call, terminal) => (await import('../agent.ts')).agentList(call, terminal),
  },
  {
    name: ['agent', 'move'],
    summary: 'have an agent obey another policy',
    arguments: 'ID POLICY',
    takes: { min: 2, max: 2 },
    options: connectOptions,
    examples: ['vedette agent move 6f1c9e52-0f5e-4d8a-9c57-3a1f0c3b7d11 default'],
    run: async (call, terminal) => (await import('../agent.ts')).agentMove(call, terminal),
  },
  {
    name: ['agent', 'revoke'],
    summary: 'let an agent speak no more',
    arguments: 'ID',
    takes: one,
    options: connectOptions,
    examples: ['vedette agent revoke 6f1c9e52-0f5e-4d8a-9c57-3a1f0c3b7d11'],
    run: async (call, terminal) => (await import('../agent.ts')).agentRevoke(call, terminal),
  },
  {
    name: ['agent', 'remove'],
    summary: 'take an agent that is gone off the list',
    arguments: 'ID',
    takes: one,
    options: connectOptions,
    examples: ['vedette agent remove 6f1c9e52-0f5e-4d8a-9c57-3a1f0c3b7d11'],
    run: async (call, terminal) => (await import('../agent.ts')).agentRemove(call, terminal),
  },
  {
    name: ['agent', 'enroll'],
    summary: 'make this host an agent of a server',
    arguments: 'LINE',
    takes: { min: 1, max: 10 },
    options: {
      ...state,
      name: { kind: 'text', value: 'TEXT', help: 'default: the name of the host' },
      run: { kind: 'switch', help: 'and run the agent at once' },
      ...running,
    },
    examples: ['sudo vedette agent enroll --run vee1.WyJodHRw….0a1b2c3d'],
    notes: ['The line comes from `vedette agent token` on the server, or from its page.'],
    run: async (call, terminal) => (await import('../agent-host.ts')).agentEnroll(call, terminal),
  },
  {
    name: ['agent', 'run'],
    summary: 'watch this host and send what is seen to the server that it is enrolled at',
    takes: none,
    options: { ...state, ...running },
    examples: ['sudo vedette agent run'],
    notes: ['While the server is away events wait on the disk, up to the size in the policy.'],
    run: async (call, terminal) => (await import('../agent-host.ts')).agentRun(call, terminal),
  },
  {
    name: ['agent', 'unenroll'],
    summary: 'make this host nobody’s agent again, and leave nothing behind',
    takes: none,
    options: {
      ...state,
      offline: { kind: 'switch', help: 'do not tell the server' },
    },
    examples: ['sudo vedette agent unenroll'],
    run: async (call, terminal) => (await import('../agent-host.ts')).agentUnenroll(call, terminal),
  },
]
