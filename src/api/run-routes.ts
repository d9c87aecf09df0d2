import { route } from './route.ts'
import {
  executionKind,
  executionShape,
  executionStatus,
  gapShape,
  runShape,
  runState,
} from './run-shapes.ts'
import { boolean, described, integer, list, object, optional, string } from '#base'
import { instant } from './shapes.ts'

const id = string({ minLength: 1, maxLength: 512 })
const rule = described(id, 'rule_id or uuid')
const next = optional(described(string(), 'pass as `after` for the next page; absent on the last'))
const page = {
  limit: optional(described(integer({ minimum: 1, maximum: 10_000 }), 'default 100')),
  after: optional(described(string(), '`next` of the page before')),
}

/** What can be asked about executions, gaps and runs over past time. */
export const runRoutes = {
  runRule: route({
    method: 'POST',
    path: '/api/rules/{id}/run',
    summary: 'Executes a rule now, beside its schedule, and gives the execution.',
    params: { id },
    answer: executionShape,
  }),
  listExecutions: route({
    method: 'GET',
    path: '/api/executions',
    summary: 'Executions, newest first.',
    query: {
      rule: optional(rule),
      status: optional(list(executionStatus)),
      kind: optional(list(executionKind)),
      run: optional(described(id, 'only those of this manual run')),
      ...page,
    },
    answer: object({ executions: list(executionShape), next }),
  }),
  getExecution: route({
    method: 'GET',
    path: '/api/executions/{id}',
    summary: 'One execution.',
    params: { id },
    answer: executionShape,
  }),
  listGaps: route({
    method: 'GET',
    path: '/api/gaps',
    summary: 'Event time that no execution read although the rule was on, oldest first.',
    query: {
      rule: optional(list(rule)),
      from: optional(described(instant, 'only gaps that reach beyond')),
      to: optional(described(instant, 'only gaps that begin before')),
      filled: optional(described(boolean(), 'also those that are filled; default false')),
    },
    answer: object({ gaps: list(gapShape) }),
  }),
  fillGaps: route({
    method: 'POST',
    path: '/api/gaps/fill',
    summary: 'Begins to make the executions that gaps missed, each rule by a run of its own.',
    body: object({
      rules: optional(described(list(rule), 'default: all with gaps')),
      from: optional(described(instant, 'nothing before; default: as far back as is remembered')),
      to: optional(described(instant, 'nothing after; default: now')),
    }),
    answer: object({
      runs: list(runShape),
      left: described(
        list(object({ rule_id: string(), reason: string() })),
        'rules whose gaps cannot be filled',
      ),
    }),
  }),
  startRun: route({
    method: 'POST',
    path: '/api/rules/{id}/runs',
    summary: 'Begins to execute a rule over past time.',
    params: { id },
    body: object({ from: instant, to: optional(described(instant, 'default: now')) }),
    answer: runShape,
  }),
  listRuns: route({
    method: 'GET',
    path: '/api/runs',
    summary: 'Manual runs and fills, last asked for first.',
    query: { rule: optional(rule), state: optional(list(runState)), ...page },
    answer: object({ runs: list(runShape), next }),
  }),
  getRun: route({
    method: 'GET',
    path: '/api/runs/{id}',
    summary: 'One manual run.',
    params: { id },
    answer: runShape,
  }),
  cancelRun: route({
    method: 'POST',
    path: '/api/runs/{id}/cancel',
    summary: 'Ends a manual run after its execution at hand; one that is over stays as it is.',
    params: { id },
    answer: runShape,
  }),
} as const
