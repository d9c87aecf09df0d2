import type { Command } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { formatOption } from '../format-option.ts'
import { many, none } from './takes.ts'

/** The verbs of `vedette rule`. */
export const ruleCommands: readonly Command[] = [
  {
    name: ['rule', 'list'],
    summary: 'installed rules',
    takes: none,
    options: { ...connectOptions, ...formatOption },
    examples: ['vedette rule list'],
    run: async (call, terminal) => (await import('../rule-list.ts')).ruleList(call, terminal),
  },
  {
    name: ['rule', 'check'],
    summary: 'say what is wrong in files of rules, where, and how to mend it',
    arguments: 'PATH…',
    takes: many,
    options: { ...formatOption, strict: { kind: 'switch', help: 'warnings count as errors' } },
    examples: ['vedette rule check rules/', 'vedette rule check mine.toml export.ndjson'],
    run: async (call, terminal) => (await import('../rule-check.ts')).ruleCheck(call, terminal),
  },
  {
    name: ['rule', 'readiness'],
    summary: 'whether rules can fire on the data that is there, and why not',
    arguments: '[ID…]',
    takes: { min: 0, max: Number.POSITIVE_INFINITY },
    options: {
      ...connectOptions,
      ...formatOption,
      enabled: { kind: 'switch', help: 'of the installed rules only those that are on' },
      verdict: {
        kind: 'text',
        value: 'cannot-fire|learning|could-fire',
        help: 'show only these',
      },
      rules: {
        kind: 'text',
        value: 'PATH',
        multiple: true,
        help: 'rules of files and directories, installed or not',
      },
      events: {
        kind: 'text',
        value: 'PATH',
        multiple: true,
        help: 'with --rules: judge by these NDJSON files, without a server',
      },
      index: {
        kind: 'text',
        value: 'NAME',
        help: 'where events of files belong that name no index',
      },
      strict: { kind: 'switch', help: 'exit 3 when a rule cannot fire' },
    },
    examples: [
      'vedette rule readiness',
      'vedette rule readiness 9d3b',
      'vedette rule readiness --rules detection-rules/rules --verdict cannot-fire',
    ],
    notes: [
      'could-fire: nothing known speaks against it, which is no promise. learning: new terms whose history',
      'is still short. cannot-fire: no event that is stored could have made it fire; the reason is told.',
      'docs/reference/readiness.md says what is looked at.',
    ],
    run: async (call, terminal) =>
      (await import('../rule-readiness.ts')).ruleReadiness(call, terminal),
  },
  {
    name: ['rule', 'new'],
    summary: 'begin a rule, with tests that pass',
    arguments: 'NAME',
    takes: { min: 1, max: 1 },
    options: {
      type: { kind: 'text', value: 'query|new_terms|eql', help: 'default query' },
      dir: {
        kind: 'text',
        value: 'DIR',
        help: 'where the folder of the rule is made, default rules',
      },
    },
    examples: [
      'vedette rule new web-server-starts-a-shell',
      'vedette rule new docker-by-a-new-parent --type new_terms',
    ],
    run: async (call, terminal) => (await import('../rule-new.ts')).ruleNew(call, terminal),
  },
  {
    name: ['rule', 'test'],
    summary: 'run the tests that lie beside rules',
    arguments: 'PATH…',
    takes: many,
    options: {
      junit: { kind: 'text', value: 'FILE', help: 'write a JUnit report too' },
      json: { kind: 'switch', help: 'the same as --format json' },
      format: {
        kind: 'text',
        value: 'table|json|ndjson|csv',
        help: 'default: text for people, also in a pipe',
      },
      watch: { kind: 'switch', short: 'w', help: 'run again whenever a rule or a test changes' },
      'fail-fast': { kind: 'switch', help: 'stop at the first failure' },
    },
    examples: ['vedette rule test rules/', 'vedette rule test rules/ --junit report.xml'],
    notes: [
      'Tests lie in `tests.yaml` beside `rule.toml` or the only rule of a folder, or in `x.test.yaml`',
      'beside `x.toml`; docs/reference/rule-tests.md tells how they are written. Each runs through the',
      'engine, over a store and with a clock of its own; exceptions are not applied.',
      'exit codes: 0 all passed, 3 a test failed, a rule cannot be used or there are no tests, 6 a file',
      'cannot be read.',
    ],
    run: async (call, terminal) => (await import('../rule-test.ts')).ruleTest(call, terminal),
  },
  {
    name: ['rule', 'explain'],
    summary: 'what rules compile to, when they are looked at, and what that costs',
    arguments: 'RULE…',
    takes: many,
    options: {
      events: {
        kind: 'text',
        value: 'PATH',
        multiple: true,
        help: 'events to measure with: NDJSON files (.gz and .zst too), directories of them, or -',
      },
      rules: {
        kind: 'text',
        value: 'PATH',
        multiple: true,
        help: 'rules that run beside them, default: the starter rules',
      },
      format: { kind: 'text', value: 'table|json|ndjson', help: 'default: text for people' },
    },
    examples: [
      'vedette rule explain rules/mine',
      'vedette rule explain mine.toml --rules ./rules --events dump.ndjson.gz',
    ],
    notes: [
      'RULE is a rule file or a directory of them. Index patterns, exceptions and what a rule does with the',
      'events that pass its filter are left out. docs/reference/matcher.md tells how to read the answer.',
      'exit codes: 0 done, 3 a rule cannot run or be read, 6 some events could not be read.',
    ],
    run: async (call, terminal) => (await import('../rule-explain.ts')).ruleExplain(call, terminal),
  },
  {
    name: ['rule', 'backtest'],
    summary: 'what rules would have told, and how often a day',
    arguments: 'RULE…',
    takes: many,
    options: {
      events: {
        kind: 'text',
        value: 'PATH',
        multiple: true,
        help: 'NDJSON files (.gz and .zst too), directories of them, or - for stdin',
      },
      data: { kind: 'text', value: 'DIR', help: 'the events and exceptions of a data directory' },
      from: { kind: 'text', value: 'TIME', help: 'default: the first event' },
      to: { kind: 'text', value: 'TIME', help: 'default: the last event' },
      exceptions: {
        kind: 'text',
        value: 'FILE',
        multiple: true,
        help: 'exception lists and items in NDJSON, as Kibana exports them',
      },
      index: {
        kind: 'text',
        value: 'NAME',
        help: 'where events belong that name no index; default: every rule reads those',
      },
      format: {
        kind: 'text',
        value: 'table|json|ndjson',
        help: 'default: table on a terminal, ndjson in a pipe',
      },
    },
    examples: [
      'vedette rule backtest rules/mine --events dump.ndjson.gz',
      'vedette rule backtest mine.toml --data /var/lib/vedette --from now-14d',
    ],
    notes: [
      'RULE is a rule file or a directory of them. Each rule is executed over consecutive windows as its',
      'schedule would have, with suppression and the exceptions of its lists; --from and --to say when',
      'executions start, look-back and history reach further. Events count as there at their own time.',
      'exit codes: 0 done, 3 a rule cannot run or an execution failed, 6 some events could not be read.',
    ],
    run: async (call, terminal) =>
      (await import('../rule-backtest.ts')).ruleBacktest(call, terminal),
  },
  {
    name: ['rule', 'import'],
    summary: 'install rules from files',
    arguments: 'PATH…',
    takes: many,
    options: {
      ...connectOptions,
      conflict: {
        kind: 'text',
        value: 'overwrite|skip|fail',
        help: 'of rules that are installed with another text, default overwrite',
      },
    },
    examples: [
      'vedette rule import mine.toml',
      'vedette rule import export.ndjson --conflict skip',
    ],
    run: async (call, terminal) => (await import('../rule-import.ts')).ruleImport(call, terminal),
  },
  {
    name: ['rule', 'export'],
    summary: 'write installed rules as files that can be imported again, here or elsewhere',
    arguments: '[ID…]',
    takes: { min: 0, max: Number.POSITIVE_INFINITY },
    options: {
      ...connectOptions,
      format: {
        kind: 'text',
        value: 'ndjson|toml',
        help: 'default ndjson: one file, with exception lists and connectors; toml: a file a rule',
      },
      dir: { kind: 'text', value: 'DIR', help: 'write files there, default: standard output' },
    },
    examples: [
      'vedette rule export > rules.ndjson',
      'vedette rule export --format toml --dir rules/',
    ],
    run: async (call, terminal) => (await import('../rule-export.ts')).ruleExport(call, terminal),
  },
  {
    name: ['rule', 'diff'],
    summary: 'what became of a rule’s text here and in its update',
    arguments: 'ID [FILE]',
    takes: { min: 1, max: 2 },
    options: {
      ...connectOptions,
      version: { kind: 'text', value: 'N', help: 'since this revision, default: as last imported' },
      json: { kind: 'switch', help: 'the stretches of lines as JSON' },
    },
    examples: ['vedette rule diff 9d3b', 'vedette rule diff 9d3b new-version.toml'],
    run: async (call, terminal) => (await import('../rule-diff.ts')).ruleDiff(call, terminal),
  },
  {
    name: ['rule', 'enable'],
    summary: 'switch rules on',
    arguments: 'ID…',
    takes: many,
    options: connectOptions,
    examples: ['vedette rule enable 9d3b'],
    run: async (call, terminal) =>
      (await import('../rule-switch.ts')).ruleSwitch(call, terminal, { enabled: true }),
  },
  {
    name: ['rule', 'disable'],
    summary: 'switch rules off',
    arguments: 'ID…',
    takes: many,
    options: connectOptions,
    examples: ['vedette rule disable 9d3b'],
    run: async (call, terminal) =>
      (await import('../rule-switch.ts')).ruleSwitch(call, terminal, { enabled: false }),
  },
]
