import { route } from './route.ts'
import { boolean, described, integer, list, number, object, optional, string } from '#base'
import { alertStatus, instant, severity } from './shapes.ts'

const id = string({ minLength: 1, maxLength: 512 })
const count = integer({ minimum: 0 })

/** Which alerts; the same for the list, its histogram and its counts. */
export const alertChoice = {
  status: optional(list(alertStatus)),
  severity: optional(list(severity)),
  rule: optional(described(id, 'rule_id or uuid')),
  host: optional(described(id, 'host.name')),
  from: optional(instant),
  to: optional(instant),
}

const viewName = string({ minLength: 1, maxLength: 100 })
const viewAddress = described(
  string({ minLength: 1, maxLength: 4_000 }),
  'path and query of the page: all that is visible stands there',
)
const viewShape = object({
  id: string(),
  name: viewName,
  address: viewAddress,
  by: string(),
  at: instant,
})

/** What the list of alerts asks beside its rows. */
export const alertListRoutes = {
  countAlertsByTime: route({
    method: 'GET',
    path: '/api/alerts/histogram',
    summary: 'How many alerts were made in equal stretches of time.',
    query: {
      ...alertChoice,
      from: instant,
      to: instant,
      buckets: optional(described(integer({ minimum: 1, maximum: 200 }), 'default 60')),
    },
    answer: object({
      every_s: number(),
      buckets: list(
        object({ start: instant, alerts: count, severe: described(count, 'critical or high') }),
      ),
    }),
  }),
  compareAlerts: route({
    method: 'POST',
    path: '/api/alerts/difference',
    needs: 'read',
    summary: 'In which fields some alerts differ from the other alerts of their rules.',
    body: object({ ids: list(id, 1_000) }),
    answer: object({
      chosen: count,
      others: count,
      is_cut: described(boolean(), 'only the newest of the others were looked at'),
      differences: described(
        list(
          object({
            field: string(),
            value: string(),
            chosen: described(number(), 'share of the chosen alerts with it, 0 to 1'),
            others: described(number(), 'share of the others'),
          }),
        ),
        'the largest first',
      ),
    }),
  }),
  listViews: route({
    method: 'GET',
    path: '/api/views',
    summary: 'Saved views of pages, by name.',
    answer: object({ views: list(viewShape) }),
  }),
  putView: route({
    method: 'PUT',
    path: '/api/views/{id}',
    needs: 'triage',
    summary: 'Saves a view for everybody, or replaces it.',
    params: { id },
    body: object({ name: viewName, address: viewAddress }),
    answer: viewShape,
  }),
  removeView: route({
    method: 'DELETE',
    path: '/api/views/{id}',
    needs: 'triage',
    summary: 'Removes a view.',
    params: { id },
    answer: object({ removed: boolean() }),
  }),
} as const
