import {
  boolean,
  described,
  anyObject,
  integer,
  list,
  object,
  oneOf,
  optional,
  string,
  type Infer,
} from '#base'
import { parameterShape } from './response-routes.ts'
import { route } from './route.ts'
import { instant } from './shapes.ts'

const id = string({ minLength: 1, maxLength: 200 })
const count = integer({ minimum: 0 })
const severity = oneOf('low', 'medium', 'high', 'critical')
const template = described(string({ maxLength: 5_000 }), 'empty: that of the connector')

const quietShape = object({
  from: described(string({ minLength: 5, maxLength: 5 }), 'HH:MM, UTC'),
  to: described(
    string({ minLength: 5, maxLength: 5 }),
    'HH:MM, UTC; before `from`: of the next day',
  ),
  unless: described(severity, 'what is at least as severe is told all the same'),
})

const channelMembers = {
  name: string({ minLength: 1, maxLength: 200 }),
  connector: id,
  enabled: boolean(),
  template,
  least_severity: severity,
  rule_ids: described(list(string({ minLength: 1, maxLength: 500 }), 1_000), 'empty: all rules'),
  group_seconds: described(integer({ minimum: 0, maximum: 86_400 }), '0: each alert at once'),
  quiet: optional(quietShape),
}

/** Somebody who is told, without the secrets of their settings. */
export const channelShape = object({
  id: string(),
  ...channelMembers,
  settings: described(anyObject(), 'without secrets'),
  secrets: described(list(string()), 'names of the secrets that are set'),
})

const channelDraft = object({
  ...channelMembers,
  settings: described(anyObject(), 'a secret that is left out stays as it is'),
})

/** {@link channelShape} as a type. */
export type WireChannel = Infer<typeof channelShape>

const deliveryShape = object({
  id: string(),
  channel: string(),
  state: described(oneOf('waiting', 'dead'), '`dead`: given up'),
  alerts: described(count, 'how many it tells of'),
  first: described(string(), 'rule of the first'),
  attempts: count,
  since: instant,
  due: instant,
  problem: string(),
})

/** A message on its way. */
export type WireDelivery = Infer<typeof deliveryShape>

/** What can be asked about who is told of alerts. All of it is for who manages. */
export const notifyRoutes = {
  listNotifyConnectors: route({
    method: 'GET',
    path: '/api/notify/connectors',
    needs: 'manage',
    summary: 'The ways to tell somebody, and what each must be given.',
    answer: object({
      connectors: list(
        object({
          id: string(),
          title: string(),
          template: string(),
          settings: list(parameterShape),
        }),
      ),
    }),
  }),
  listChannels: route({
    method: 'GET',
    path: '/api/notify/channels',
    needs: 'manage',
    summary: 'Who is told of which alerts.',
    answer: object({ channels: list(channelShape) }),
  }),
  createChannel: route({
    method: 'POST',
    path: '/api/notify/channels',
    summary: 'Tells somebody from now on.',
    body: channelDraft,
    answer: channelShape,
  }),
  updateChannel: route({
    method: 'PUT',
    path: '/api/notify/channels/{id}',
    summary: 'Changes who is told, of what, and when.',
    params: { id },
    body: channelDraft,
    answer: channelShape,
  }),
  removeChannel: route({
    method: 'DELETE',
    path: '/api/notify/channels/{id}',
    summary: 'Tells them nothing any more, messages on their way included.',
    params: { id },
    answer: object({ removed: boolean() }),
  }),
  testChannel: route({
    method: 'POST',
    path: '/api/notify/channels/{id}/test',
    summary: 'Sends a sample now; what goes wrong is told in the answer.',
    params: { id },
    body: object({}),
    answer: object({ sent: boolean(), problem: string() }),
  }),
  previewTemplate: route({
    method: 'POST',
    path: '/api/notify/preview',
    summary: 'What a template says of the latest alert, or of a sample where there is none.',
    body: object({ template: string({ minLength: 1, maxLength: 5_000 }) }),
    answer: object({ title: string(), text: string(), problems: list(string()) }),
  }),
  listDeliveries: route({
    method: 'GET',
    path: '/api/notify/deliveries',
    needs: 'manage',
    summary: 'Messages that wait or were given up, newest first.',
    query: { limit: optional(described(integer({ minimum: 1, maximum: 1_000 }), 'default 100')) },
    answer: object({ deliveries: list(deliveryShape) }),
  }),
  retryDelivery: route({
    method: 'POST',
    path: '/api/notify/deliveries/{id}/retry',
    summary: 'Tries a message again, from the beginning.',
    params: { id },
    body: object({}),
    answer: object({ retried: boolean() }),
  }),
  discardDelivery: route({
    method: 'DELETE',
    path: '/api/notify/deliveries/{id}',
    summary: 'Forgets a message.',
    params: { id },
    answer: object({ discarded: boolean() }),
  }),
} as const
