import { backtestAlert } from './backtest.ts'
import { route } from './route.ts'
import {
  anyObject,
  boolean,
  described,
  integer,
  list,
  object,
  oneOf,
  optional,
  string,
} from '#base'
import {
  diagnosticShape,
  importAnswer,
  instant,
  readinessShape,
  ruleDiffShape,
  ruleShape,
} from './shapes.ts'

const id = string({ minLength: 1, maxLength: 512 })
const ruleText = described(anyObject(), 'the rule in the wire form of Kibana')

const behaviourSide = object({
  matched: described(integer({ minimum: 0 }), 'events that its query means'),
  alerts: integer({ minimum: 0 }),
  alone: described(integer({ minimum: 0 }), 'alerts of events of which the other raises none'),
  examples: described(list(backtestAlert), 'the first fifty of those'),
  is_cut: described(boolean(), 'more events or alerts than are looked at'),
})

const ruleTestsState = {
  state: described(
    oneOf('passed', 'failed', 'waiting', 'none'),
    'waiting: they are not run yet with the rule as it is',
  ),
  tests: described(integer({ minimum: 0 }), 'how many were run'),
  failed: integer({ minimum: 0 }),
}
const ruleTestsShape = object({
  ...ruleTestsState,
  text: string(),
  from: described(oneOf('kept', 'file', 'none'), 'kept: written here'),
})

/** What can be asked about rules. */
export const ruleRoutes = {
  listRules: route({
    method: 'GET',
    path: '/api/rules',
    summary: 'Installed rules, by name.',
    query: { enabled: optional(boolean()) },
    answer: object({ rules: list(ruleShape) }),
  }),
  importRules: route({
    method: 'POST',
    path: '/api/rules/import',
    summary: 'Installs rules from a text; rules that are there already are updated.',
    body: object({
      name: described(
        string({ maxLength: 500 }),
        'file name, for diagnostics; .toml or .ndjson says the format',
      ),
      text: string(),
      conflict: optional(
        described(
          oneOf('overwrite', 'skip', 'fail'),
          'what becomes of rules that are installed with another text; default overwrite',
        ),
      ),
    }),
    answer: importAnswer,
  }),
  exportRules: route({
    method: 'GET',
    path: '/api/rules/export',
    summary: 'Installed rules as files that can be imported again.',
    query: {
      format: optional(
        described(
          oneOf('ndjson', 'toml'),
          'default ndjson: one file, with exception lists and connectors; toml: a file a rule',
        ),
      ),
      rules: optional(described(list(id), 'rule_id or uuid of each; default: all')),
    },
    answer: object({
      files: list(object({ name: string(), text: string() })),
      diagnostics: described(list(diagnosticShape), 'what the format cannot say'),
    }),
  }),
  listReadiness: route({
    method: 'GET',
    path: '/api/rules/readiness',
    summary: 'Whether installed rules can fire on what the store holds, and why not; by name.',
    query: { enabled: optional(boolean()) },
    answer: object({ rules: list(readinessShape) }),
  }),
  checkReadiness: route({
    method: 'POST',
    path: '/api/rules/readiness',
    needs: 'read',
    summary: 'The same of rules in texts, installed or not.',
    body: object({
      files: list(object({ name: string({ maxLength: 500 }), text: string() }), 10_000),
    }),
    answer: object({ rules: list(readinessShape), diagnostics: list(diagnosticShape) }),
  }),
  getRuleReadiness: route({
    method: 'GET',
    path: '/api/rules/{id}/readiness',
    summary: 'The same of one rule.',
    params: { id },
    answer: readinessShape,
  }),
  diffRule: route({
    method: 'GET',
    path: '/api/rules/{id}/diff',
    summary: 'What became of a rule’s text since a version of it, here and in what was offered.',
    params: { id },
    query: {
      version: optional(described(integer({ minimum: 0 }), 'revision; default: as last imported')),
    },
    answer: ruleDiffShape,
  }),
  diffRuleWith: route({
    method: 'POST',
    path: '/api/rules/{id}/diff',
    needs: 'read',
    summary: 'The same, with the rule of a text as what is new.',
    params: { id },
    body: object({
      name: string({ maxLength: 500 }),
      text: string(),
      version: optional(integer({ minimum: 0 })),
    }),
    answer: ruleDiffShape,
  }),
  compareRuleBehaviour: route({
    method: 'GET',
    path: '/api/rules/{id}/behaviour',
    summary:
      'What a version of a rule, and the rule as it is now, would have told of past events: what each alone tells.',
    params: { id },
    query: {
      version: described(integer({ minimum: 0 }), 'revision'),
      days: described(integer({ minimum: 1, maximum: 30 }), 'looked back over'),
    },
    answer: object({
      from: instant,
      to: instant,
      before: behaviourSide,
      now: behaviourSide,
      both: described(integer({ minimum: 0 }), 'alerts of the same events under both'),
      diagnostics: described(list(diagnosticShape), 'why one of them cannot run'),
    }),
  }),
  removeRule: route({
    method: 'DELETE',
    path: '/api/rules/{id}',
    summary: 'Removes a rule; its alerts stay.',
    params: { id },
    answer: object({ removed: boolean() }),
  }),
  getRule: route({
    method: 'GET',
    path: '/api/rules/{id}',
    summary: 'One rule by uuid or rule_id.',
    params: { id },
    answer: ruleShape,
  }),
  setRuleEnabled: route({
    method: 'POST',
    path: '/api/rules/{id}/enabled',
    summary: 'Switches a rule on or off.',
    params: { id },
    body: object({ enabled: boolean() }),
    answer: ruleShape,
  }),
  getRuleGuide: route({
    method: 'GET',
    path: '/api/rules/{id}/guide',
    summary: 'The investigation guide of a rule in blocks, without markup.',
    params: { id },
    answer: object({
      blocks: list(
        object({
          kind: oneOf('heading', 'step', 'text', 'code'),
          text: string(),
          depth: described(integer({ minimum: 0 }), 'of a step: how far in its list stands'),
        }),
      ),
    }),
  }),
  createRule: route({
    method: 'POST',
    path: '/api/rules',
    summary: 'Installs a rule; without a rule_id it gets one.',
    body: object({ rule: ruleText }),
    answer: ruleShape,
  }),
  replaceRule: route({
    method: 'PUT',
    path: '/api/rules/{id}',
    summary: 'Replaces the text of a rule, where it still is the one that the change was made to.',
    params: { id },
    body: object({
      rule: ruleText,
      revision: described(integer({ minimum: 0 }), 'of the text that the change was made to'),
    }),
    answer: ruleShape,
  }),
  listRuleTests: route({
    method: 'GET',
    path: '/api/rules/tests',
    summary:
      'Whether the tests of installed rules pass, by name; those not run yet are run from now on.',
    answer: object({ rules: list(object({ rule_id: string(), ...ruleTestsState })) }),
  }),
  getRuleTests: route({
    method: 'GET',
    path: '/api/rules/{id}/tests',
    summary: 'The tests of a rule: those written here, else those beside its file.',
    params: { id },
    answer: ruleTestsShape,
  }),
  keepRuleTests: route({
    method: 'PUT',
    path: '/api/rules/{id}/tests',
    summary: 'Keeps tests of a rule; an empty text goes back to those beside its file.',
    params: { id },
    body: object({ text: string({ maxLength: 1_000_000 }) }),
    answer: ruleTestsShape,
  }),
  testRule: route({
    method: 'POST',
    path: '/api/rules/{id}/tests',
    needs: 'read',
    summary:
      'Runs tests, in the format of rules/<rule>/tests.yaml, with the rule as it is installed.',
    params: { id },
    body: object({ text: string({ maxLength: 1_000_000 }) }),
    answer: object({
      outcomes: list(
        object({
          name: string(),
          line: integer({ minimum: 1 }),
          alerts: described(integer({ minimum: 0 }), 'that the test wants'),
          problems: described(list(string()), 'none: it passed'),
        }),
      ),
      diagnostics: list(diagnosticShape),
    }),
  }),
} as const
