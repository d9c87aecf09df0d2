import { accessRoutes } from './access-routes.ts'
import { agentRoutes } from './agent-routes.ts'
import { alertChoice, alertListRoutes } from './alert-list-routes.ts'
import { caseRoutes } from './case-routes.ts'
import { eventRoutes } from './event-routes.ts'
import type { Role } from './role.ts'
import { route, type AnswerOf, type RequestOf } from './route.ts'
import { notifyRoutes } from './notify-routes.ts'
import { processRoutes } from './process-routes.ts'
import { queryRoutes } from './query-routes.ts'
import { responseRoutes } from './response-routes.ts'
import { ruleRoutes } from './rule-routes.ts'
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
} from '#base'
import { healthReportShape } from './health-shapes.ts'
import { alertContextShape, alertRowPage, exceptionPreviewShape } from './investigation-shapes.ts'
import {
  accessKeyShape,
  alertPage,
  alertShape,
  alertStatus,
  auditRecordShape,
  exceptionItemShape,
  exceptionReviewShape,
  exceptionShape,
  instant,
  role,
  statusShape,
} from './shapes.ts'

const id = string({ minLength: 1, maxLength: 512 })
const limit = optional(described(integer({ minimum: 1, maximum: 10_000 }), 'default 100'))
const after = optional(described(string(), '`next` of the page before'))
const statusChange = {
  status: alertStatus,
  reason: optional(described(string({ maxLength: 100 }), 'why it was closed')),
}

const alertQuery = { ...alertChoice, limit, after }

/** Everything the JSON API can be asked; requests are checked by it, the client and OpenAPI are made of it. */
export const routes = {
  getHealth: route({
    method: 'GET',
    path: '/api/health',
    summary: 'Whether the server runs. Needs no token.',
    needs: 'nothing',
    answer: object({ status: oneOf('ok'), version: string() }),
  }),
  getHealthReport: route({
    method: 'GET',
    path: '/api/health/report',
    summary: 'Whether anything is missed: hosts by their last event, and how executions keep up.',
    answer: healthReportShape,
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
    query: {
      ...alertQuery,
      query: optional(
        described(string({ maxLength: 20_000 }), 'KQL; looks through the newest 10,000 alerts'),
      ),
    },
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
  ...accessRoutes,
  ...agentRoutes,
  ...alertListRoutes,
  ...caseRoutes,
  ...ruleRoutes,
  ...runRoutes,
  ...savedQueryRoutes,
  ...responseRoutes,
  ...notifyRoutes,
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
  listExceptions: route({
    method: 'GET',
    path: '/api/exceptions',
    summary: 'Every exception of every list: what it says, for which rules, and how it fares.',
    answer: object({ items: list(exceptionShape), alerts_looked_at: integer({ minimum: 0 }) }),
  }),
  setExceptionExpiry: route({
    method: 'POST',
    path: '/api/exceptions/{list_id}/items/{item_id}/expiry',
    needs: 'triage',
    summary:
      'Says when an item ends; without a time it never does. A time that is past switches it off.',
    params: { list_id: id, item_id: id },
    body: object({ expire_time: optional(instant) }),
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
  ...queryRoutes,
  ...processRoutes,
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

/** The API as functions, the same in the process and over HTTP. `by` is who asks, and `as` their role: over HTTP the server knows both by itself. */
export type Api = {
  readonly [N in RouteName]: (
    request: RequestOf<(typeof routes)[N]>,
    signal?: AbortSignal,
    by?: string,
    as?: Role,
  ) => Promise<AnswerOf<(typeof routes)[N]>>
}
