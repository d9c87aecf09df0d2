import type { Command } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { formatOption } from '../format-option.ts'
import { none } from './takes.ts'

/** Verbs about who may do what, and who did. */
export const accessCommands: readonly Command[] = [
  {
    name: ['open'],
    summary: 'print the address of the page, with a secret that signs in once',
    takes: none,
    options: connectOptions,
    examples: ['vedette open', 'xdg-open "$(vedette open)"'],
    run: async (call, terminal) => (await import('../open.ts')).open(call, terminal),
  },
  {
    name: ['key', 'create'],
    summary: 'make an access key for a shipper, a person or a script',
    arguments: 'NAME',
    takes: { min: 1, max: 1 },
    options: {
      ...connectOptions,
      role: {
        kind: 'text',
        value: 'ingest|viewer|analyst|responder|admin',
        help: 'default ingest: send events, and nothing else',
      },
      index: {
        kind: 'text',
        value: 'PATTERN',
        multiple: true,
        help: 'events may be sent to these indices alone',
      },
      expires: { kind: 'text', value: 'TIME', help: '90d, or a date; default: never ends' },
    },
    examples: [
      "vedette key create web-1 --index 'logs-nginx.*' --expires 365d > web-1.key",
      'vedette key create night-shift --role analyst',
    ],
    notes: [
      'viewer: look at everything. analyst: also move alerts and write exceptions.',
      'responder: also give commands to hosts. admin: everything.',
      'Clients send it as the token: Authorization: Bearer, as API key, or as the password of any user.',
    ],
    run: async (call, terminal) => (await import('../key.ts')).keyCreate(call, terminal),
  },
  {
    name: ['key', 'list'],
    summary: 'access keys, without their secrets',
    takes: none,
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette key list'],
    run: async (call, terminal) => (await import('../key.ts')).keyList(call, terminal),
  },
  {
    name: ['key', 'revoke'],
    summary: 'take an access key back',
    arguments: 'ID',
    takes: { min: 1, max: 1 },
    options: connectOptions,
    examples: ['vedette key revoke 5d0c1fa2b7e93846'],
    run: async (call, terminal) => (await import('../key.ts')).keyRevoke(call, terminal),
  },
  {
    name: ['audit', 'list'],
    summary: 'what was changed, or tried, by whom',
    takes: none,
    options: {
      ...connectOptions,
      ...formatOption,
      limit: { kind: 'text', value: 'N', help: 'how many at most, default 100' },
    },
    examples: ['vedette audit list'],
    run: async (call, terminal) => (await import('../audit.ts')).auditList(call, terminal),
  },
  {
    name: ['audit', 'verify'],
    summary: 'whether an entry of the audit log was changed or left out',
    takes: none,
    options: {
      data: { kind: 'text', value: 'DIR', help: 'data directory (also by VEDETTE_DATA)' },
    },
    examples: ['vedette audit verify --data /var/lib/vedette'],
    notes: [
      'Entries taken off the end cannot be told; note the last hash elsewhere to know that too.',
    ],
    run: async (call, terminal) => (await import('../audit.ts')).auditVerify(call, terminal),
  },
]
