import { caseRoutes } from './case-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { route, type AnswerOf, type RequestOf } from './route.ts'
import { runRoutes } from './run-routes.ts'
import { savedQueryRoutes } from './saved-query-routes.ts'
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
} from './schema.ts'
import { alertContextShape, alertRowPage, exceptionPreviewShape } from './investigation-shapes.ts'
import {
  accessKeyShape,
  alertPage,
  alertShape,
  alertStatus,
  diagnosticShape,
  auditRecordShape,
  exceptionItemShape,
  exceptionReviewShape,
  importAnswer,
  instant,
  readinessShape,
  role,
  ruleDiffShape,
  ruleShape,
  severity,
  statusShape,
} from './shapes.ts'

const id = string({ minLength: 1, maxLength: 512 })
const limit = optional(described(integer({ minimum: 1, maximum: 10_000 }), 'default 100'))
const after = optional(described(string(), '`next` of the page before'))
const statusChange = {
  status: alertStatus,
  reason: optional(described(string({ maxLength: 100 }), 'why it was closed')),
}

const alertQuery = {
  status: optional(list(alertStatus)),
  severity: optional(list(severity)),
  rule: optional(described(id, 'rule_id or uuid')),
  host: optional(described(id, 'host.name')),
  from: optional(instant),
  to: optional(instant),
  limit,
  after,
}

/** Everything the JSON API can be asked; requests are checked by it, the client and OpenAPI are made of it. */
export const routes = {
  getHealth: route({
    method: 'GET',
    path: '/api/health',
    summary: 'Whether the server runs. Needs no token.',
    needs: 'nothing',
    answer: object({ status: oneOf('ok'), version: string() }),
  }),
  getStatus: route({
    method: 'GET',
    path: '/api/status',
    summary: 'What the server is doing: sensor, store, ingest, rules, alerts.',
    answer: statusShape,
  }),
  listAlerts: route({
    method: 'GET',
    path: '/api/alerts',
    summary: 'Alerts, newest first.',
    query: {
      ...alertQuery,
      sequence: optional(
        described(id, 'the building blocks of this sequence, by the id of its alert'),
      ),
    },
    answer: alertPage,
  }),
  listAlertRows: route({
    method: 'GET',
    path: '/api/alerts/rows',
    summary: 'Alerts as a list shows them, newest first, without building blocks.',
    query: alertQuery,
    answer: alertRowPage,
  }),
  getAlertContext: route({
    method: 'GET',
    path: '/api/alerts/{id}/context',
    summary: 'Why an alert is new, the command, the processes around it, related alerts.',
    params: { id },
    answer: alertContextShape,
  }),
  previewAlertException: route({
    method: 'POST',
    path: '/api/alerts/{id}/exceptions/preview',
    summary: 'What an exception made of these entries would have kept from being told.',
    needs: 'read',
    params: { id },
    body: object({ entries: list(anyObject(), 100) }),
    answer: exceptionPreviewShape,
  }),
  getAlert: route({
    method: 'GET',
    path: '/api/alerts/{id}',
    summary: 'One alert.',
    params: { id },
    answer: alertShape,
  }),
  setAlertStatus: route({
    method: 'POST',
    path: '/api/alerts/{id}/status',
    needs: 'triage',
    summary: 'Moves one alert through triage.',
    params: { id },
    body: object(statusChange),
    answer: alertShape,
  }),
  setAlertsStatus: route({
    method: 'POST',
    path: '/api/alerts/status',
    needs: 'triage',
    summary: 'Moves many alerts through triage; ids that do not exist are listed in `missing`.',
    body: object({ ids: list(id, 10_000), ...statusChange }),
    answer: object({ changed: list(string()), missing: list(string()) }),
  }),
  ...caseRoutes,
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
  ...runRoutes,
  ...savedQueryRoutes,
  listExceptionItems: route({
    method: 'GET',
    path: '/api/exceptions/{list_id}/items',
    summary: 'Items of an exception list.',
    params: { list_id: id },
    answer: object({ items: list(anyObject()) }),
  }),
  addExceptionItem: route({
    method: 'POST',
    path: '/api/exceptions/{list_id}/items',
    needs: 'triage',
    summary: 'Adds or replaces an item; the list is made when it is new.',
    params: { list_id: id },
    body: exceptionItemShape,
    answer: anyObject(),
  }),
  addRuleException: route({
    method: 'POST',
    path: '/api/rules/{id}/exceptions',
    needs: 'triage',
    summary: 'Adds an item to the list of this rule alone; the list is made when it is new.',
    params: { id },
    body: exceptionItemShape,
    answer: anyObject(),
  }),
  removeExceptionItem: route({
    method: 'DELETE',
    path: '/api/exceptions/{list_id}/items/{item_id}',
    needs: 'triage',
    summary: 'Removes an item.',
    params: { list_id: id, item_id: id },
    answer: object({ removed: boolean() }),
  }),
  reviewExceptions: route({
    method: 'GET',
    path: '/api/exceptions/{list_id}/review',
    summary:
      'How each item of a list fares: how often and when it last matched, and what it would hide.',
    params: { list_id: id },
    answer: exceptionReviewShape,
  }),
  ...eventRoutes,
  listKeys: route({
    method: 'GET',
    path: '/api/keys',
    summary: 'Access keys, by name, without their secrets.',
    needs: 'manage',
    answer: object({ keys: list(accessKeyShape) }),
  }),
  createKey: route({
    method: 'POST',
    path: '/api/keys',
    summary: 'Makes an access key. Its secret is in this answer and nowhere else.',
    body: object({
      name: string({ minLength: 1, maxLength: 200 }),
      role,
      indices: optional(
        described(
          list(string({ minLength: 1, maxLength: 255 }), 100),
          'index patterns that events may be sent to; default: to all',
        ),
      ),
      expires_at: optional(instant),
    }),
    answer: object({ key: accessKeyShape, secret: string() }),
  }),
  revokeKey: route({
    method: 'DELETE',
    path: '/api/keys/{id}',
    summary: 'Takes an access key back; it opens nothing from then on.',
    params: { id },
    answer: object({ revoked: boolean() }),
  }),
  createLink: route({
    method: 'POST',
    path: '/api/session/links',
    summary: 'A path of the page that signs its reader in, once and for 15 minutes.',
    body: object({}),
    answer: object({ path: string() }),
  }),
  listAudit: route({
    method: 'GET',
    path: '/api/audit',
    summary: 'What was changed, or tried, by whom, newest first.',
    needs: 'manage',
    query: { limit },
    answer: object({ entries: list(auditRecordShape) }),
  }),
  getOpenApi: route({
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document.',
    answer: anyObject(),
  }),
} as const

/** Name of a route. */
export type RouteName = keyof typeof routes

/** The API as functions, the same in the process and over HTTP. `by` is who asks: over HTTP the server knows by itself. */
export type Api = {
  readonly [N in RouteName]: (
    request: RequestOf<(typeof routes)[N]>,
    signal?: AbortSignal,
    by?: string,
  ) => Promise<AnswerOf<(typeof routes)[N]>>
}
