import type { Command } from './command.ts'
import { accessCommands } from './commands/access-commands.ts'
import { agentCommands } from './commands/agent-commands.ts'
import { alertCommands } from './commands/alert-commands.ts'
import { many, none } from './commands/takes.ts'
import { intelCommands } from './commands/intel-commands.ts'
import { respondCommands } from './commands/respond-commands.ts'
import { policyCommands } from './commands/policy-commands.ts'
import { ruleCommands } from './commands/rule-commands.ts'
import { runCommands } from './commands/run-commands.ts'
import { channelCommands } from './commands/channel-commands.ts'
import { eventCommands } from './commands/event-commands.ts'
import { savedQueryCommands } from './commands/saved-query-commands.ts'
import { snapshotCommands } from './commands/snapshot-commands.ts'
import { connectOptions } from './connect-options.ts'
import { exitCode } from './exit-code.ts'
import { formatOption } from './format-option.ts'
import { versionText } from './version.ts'

/** Every verb, in the order of the help. Each loads its code when it runs, so that help is instant. */
export const commands: readonly Command[] = [
  {
    name: ['serve'],
    summary: 'run the server, the engine and, where it may, the sensor of this host',
    takes: none,
    options: {
      data: {
        kind: 'text',
        value: 'DIR',
        help: 'where everything is kept (also by VEDETTE_DATA), default ./vedette-data',
      },
      store: {
        kind: 'text',
        value: 'URL',
        multiple: true,
        help: 'keep events and documents on this OpenSearch or Elasticsearch; once a node',
      },
      'store-name': {
        kind: 'text',
        value: 'NAME',
        help: 'what its indices there begin with, default vedette',
      },
      'store-user': {
        kind: 'text',
        value: 'NAME',
        help: 'with VEDETTE_STORE_PASSWORD; without it VEDETTE_STORE_API_KEY, or nobody',
      },
      'store-ca': {
        kind: 'text',
        value: 'FILE',
        help: 'the authority that signed its certificate, where the system does not know it',
      },
      host: { kind: 'text', value: 'ADDRESS', help: 'default 127.0.0.1: this machine only' },
      port: { kind: 'text', value: 'N', help: 'default 7070; 0 takes any free port' },
      'allow-host': {
        kind: 'text',
        value: 'NAME',
        multiple: true,
        help: 'a name, beside addresses and localhost, that requests may use',
      },
      tls: {
        kind: 'switch',
        help: 'speak HTTPS, with an authority of its own (default where other machines can reach it)',
      },
      'tls-cert': { kind: 'text', value: 'FILE', help: 'speak HTTPS with this certificate chain' },
      'tls-key': {
        kind: 'text',
        value: 'FILE',
        help: 'and this key; both are read again when they change',
      },
      'no-tls': { kind: 'switch', help: 'speak plain HTTP: something in front of it encrypts' },
      demo: {
        kind: 'switch',
        help: 'show a sample world in a directory of its own, gone when it ends (--data keeps it)',
      },
      'agent-host': {
        kind: 'text',
        value: 'ADDRESS',
        help: 'let agents of other hosts call at this address, 0.0.0.0 for all (default: closed)',
      },
      'agent-port': { kind: 'text', value: 'N', help: 'and this port, default 7071' },
      'agent-name': {
        kind: 'text',
        value: 'NAME',
        help: 'the name or address by which they reach it, default: found out',
      },
      'no-sensor': { kind: 'switch', help: 'do not watch this host' },
      'sensor-mode': {
        kind: 'text',
        value: 'auto|bpf|audit|proc',
        help: 'how to watch, default auto: the best that works',
      },
      'engine-socket': {
        kind: 'text',
        value: 'PATH',
        multiple: true,
        help: 'socket of a container engine to follow, default: where Docker and Podman listen',
      },
      respond: {
        kind: 'text',
        value: 'look|act',
        help: 'obey commands on this host: that only look, or all; default: none',
      },
      'no-starter-rules': {
        kind: 'switch',
        help: 'do not install the rules that come with Vedette',
      },
      rules: {
        kind: 'text',
        value: 'PATH',
        multiple: true,
        help: 'more rules to install, files or directories',
      },
      alerts: { kind: 'switch', help: 'print each alert as a line (default on a terminal)' },
      'keep-days': { kind: 'text', value: 'N', help: 'events older than this go, default 30' },
      'keep-gib': {
        kind: 'text',
        value: 'N',
        help: 'the oldest events go beyond this size, default 20',
      },
      'elastic-version': {
        kind: 'text',
        value: 'X.Y.Z',
        help: 'what shippers are told, default 8.19.0: Beats refuse servers older than themselves',
      },
      'log-level': {
        kind: 'text',
        value: 'LEVEL',
        help: 'debug, info, warn (default) or error, to stderr',
      },
    },
    examples: [
      'vedette serve',
      'vedette serve --demo',
      'vedette serve --port 0 --no-sensor --data /tmp/try',
      'vedette serve --store https://cluster.example:9200 --store-user vedette',
    ],
    notes: [
      'Events come in by POST /_bulk in the manner of Elasticsearch; the token is in the file `token`',
      'of the data directory. Ctrl-C stops in good order, twice at once.',
    ],
    run: async (call, terminal) => (await import('./serve.ts')).serve(call, terminal),
  },
  {
    name: ['selftest'],
    summary: 'raise a real alert with a harmless pair of processes and time each stage',
    takes: none,
    options: {
      ...connectOptions,
      ...formatOption,
      close: { kind: 'switch', help: 'close the alert again, as automated' },
      dir: {
        kind: 'text',
        value: 'DIR',
        help: 'where to put the two programs; must allow execution, default: the data directory',
      },
      timeout: {
        kind: 'text',
        value: 'SECONDS',
        help: 'how long to wait for the alert, default 30',
      },
    },
    examples: ['vedette selftest', 'vedette selftest --format json'],
    notes: [
      'Two copies of the system shell are run, one of them called `docker`, with arguments that look like',
      'a privileged container. No Docker is needed and no container is made.',
    ],
    run: async (call, terminal) => (await import('./selftest.ts')).selftest(call, terminal),
  },
  {
    name: ['hunt'],
    summary: 'run rules over files of events, without a server',
    arguments: 'PATH…',
    takes: many,
    options: {
      rules: {
        kind: 'text',
        value: 'PATH',
        multiple: true,
        help: 'rule files or directories, default: the starter rules',
      },
      rule: { kind: 'text', value: 'ID', multiple: true, help: 'only this rule_id' },
      from: { kind: 'text', value: 'TIME', help: 'only events from then on' },
      to: { kind: 'text', value: 'TIME', help: 'only events up to then' },
      level: { kind: 'text', value: 'SEVERITY', help: 'only rules at least this severe' },
      'fail-on': {
        kind: 'text',
        value: 'SEVERITY',
        help: 'exit 3 when an alert is at least this severe',
      },
      'input-format': {
        kind: 'text',
        value: 'NAME',
        help: 'what the files are; default: told by their first lines',
      },
      threads: { kind: 'text', value: 'N', help: 'that read; default: one a core' },
      'read-all': {
        kind: 'switch',
        help: 'read also lines that lack what every rule needs, to find those that cannot be read',
      },
      ...formatOption,
    },
    examples: [
      'vedette hunt events.ndjson.gz',
      'zcat dump.gz | vedette hunt - --rules ./rules --fail-on high',
      'vedette hunt /var/dump --rules linux/ --format csv > alerts.csv',
    ],
    notes: [
      'Paths are NDJSON files (.gz and .zst too), directories of them, or `-` for stdin. Index patterns of',
      'rules are ignored: every event is shown to every rule. A new-terms rule alerts on an event when no',
      'event before it in the input, by at most its history window, has the same combination of values.',
      'Suppression and value lists are not applied: an event is told as often as rules match it. Exceptions',
      'are those in the rule files. `vedette rule backtest` does what the schedule would: windows, index',
      'patterns, suppression, exceptions, and with --data value lists.',
    ],
    run: async (call, terminal) => (await import('./hunt.ts')).hunt(call, terminal),
  },
  ...alertCommands,
  ...respondCommands,
  ...channelCommands,
  ...ruleCommands,
  ...runCommands,
  ...eventCommands,
  ...savedQueryCommands,
  {
    name: ['exception', 'list'],
    summary: 'items of an exception list',
    arguments: 'LIST',
    takes: { min: 1, max: 1 },
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette exception list endpoint_list'],
    run: async (call, terminal) => (await import('./exception.ts')).exceptionList(call, terminal),
  },
  {
    name: ['exception', 'add'],
    summary: 'keep a rule from alerting on what an alert shows',
    takes: none,
    options: {
      ...connectOptions,
      alert: {
        kind: 'text',
        value: 'ID',
        help: 'the alert whose values are taken; -1 is the latest',
      },
      field: {
        kind: 'text',
        short: 'f',
        value: 'NAME',
        multiple: true,
        help: 'a field of the alert; several must all be equal',
      },
      name: { kind: 'text', value: 'TEXT', help: 'default: made of the fields' },
      expires: { kind: 'text', value: 'TIME', help: '30d, or a date' },
    },
    examples: ['vedette exception add --alert -1 -f process.parent.executable --expires 30d'],
    run: async (call, terminal) => (await import('./exception.ts')).exceptionAdd(call, terminal),
  },
  {
    name: ['exception', 'review'],
    summary: 'which items of a list still match, which never did, and what they hide',
    arguments: 'LIST',
    takes: { min: 1, max: 1 },
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette exception review rule-9d3b'],
    run: async (call, terminal) =>
      (await import('./exception-review.ts')).exceptionReview(call, terminal),
  },
  {
    name: ['exception', 'remove'],
    summary: 'take an item off an exception list',
    arguments: 'LIST ITEM',
    takes: { min: 2, max: 2 },
    options: connectOptions,
    examples: ['vedette exception remove rule-9d3b 6f1c'],
    run: async (call, terminal) => (await import('./exception.ts')).exceptionRemove(call, terminal),
  },
  ...intelCommands,
  ...accessCommands,
  ...agentCommands,
  ...policyCommands,
  ...snapshotCommands,
  {
    name: ['doctor'],
    summary: 'check everything that Vedette needs, and say what to do',
    takes: none,
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette doctor'],
    run: async (call, terminal) => (await import('./doctor.ts')).doctor(call, terminal),
  },
  {
    name: ['version'],
    summary: 'the version',
    takes: none,
    options: {},
    examples: ['vedette version'],
    run: async (_call, terminal) => {
      terminal.out(versionText())
      return exitCode.done
    },
  },
]
