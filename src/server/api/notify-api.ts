import type { Api, RequestOf, routes, WireChannel, WireDelivery } from '#api'
import { Fault, messageOf as reasonOf, type JsonValue } from '#base'
import {
  connectorOf,
  connectors,
  messageOf,
  noteOf,
  problemsOfTemplate,
  sampleAlert,
  type Channel,
  type ChannelDraft,
  type Delivery,
} from '#notify'
import type { ApiWorld } from './api-world.ts'
import { wireParameters } from './wire-parameters.ts'

type NotifyCalls = Pick<
  Api,
  | 'listNotifyConnectors'
  | 'listChannels'
  | 'createChannel'
  | 'updateChannel'
  | 'removeChannel'
  | 'testChannel'
  | 'previewTemplate'
  | 'listDeliveries'
  | 'retryDelivery'
  | 'discardDelivery'
>

/** The part of the API that is about who is told of alerts. */
export function notifyApi({ notifier, alerts, clock }: ApiWorld): NotifyCalls {
  const { channels, deliveries } = notifier
  return {
    listNotifyConnectors: async () => ({
      connectors: connectors.map(({ id, title, template, settings }) => ({
        id,
        title,
        template,
        settings: wireParameters(settings),
      })),
    }),
    listChannels: async () => ({ channels: (await channels.list()).map(wireChannel) }),
    createChannel: async ({ body }) => wireChannel(await channels.put(undefined, draftOf(body))),
    updateChannel: async ({ id, body }) => wireChannel(await channels.put(id, draftOf(body))),
    removeChannel: async ({ id }) => ({ removed: await channels.remove(id) }),
    async testChannel({ id }) {
      try {
        await notifier.test(id)
        return { sent: true, problem: '' }
      } catch (thrown) {
        if (thrown instanceof Fault && thrown.kind === 'not-found') throw thrown
        return { sent: false, problem: reasonOf(thrown) }
      }
    },
    async previewTemplate({ body: { template } }) {
      const [latest] = (await alerts.list({ limit: 1 })).items
      const note = latest === undefined ? sampleAlert : noteOf(latest)
      const { title, text } = messageOf(template, { id: 'preview', alerts: [note], count: 1 })
      return { title, text, problems: problemsOfTemplate(template) }
    },
    listDeliveries: async ({ limit = 100 }) => ({
      deliveries: (await deliveries.list(limit)).map(wireDelivery),
    }),
    async retryDelivery({ id }) {
      const retried = await deliveries.revive(id, clock.nowMs())
      if (retried) void notifier.settle()
      return { retried }
    },
    discardDelivery: async ({ id }) => ({ discarded: await deliveries.sent(id) }),
  }
}

function draftOf(body: RequestOf<(typeof routes)['createChannel']>['body']): ChannelDraft {
  const {
    least_severity: leastSeverity,
    rule_ids: ruleIds,
    group_seconds: groupSeconds,
    ...same
  } = body
  for (const time of [body.quiet?.from, body.quiet?.to]) {
    if (time === undefined || /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time)) continue
    throw new Fault(
      'invalid',
      'notify.quiet-hours',
      `quiet: ${time} is no time of day such as 22:00`,
    )
  }
  return { ...same, leastSeverity, ruleIds, groupSeconds }
}

function wireChannel(channel: Channel): WireChannel {
  const { id, name, connector, enabled, template, quiet } = channel
  const parameters = connectorOf(connector)?.settings ?? {}
  const isSecret = (setting: string): boolean => {
    const parameter = parameters[setting]
    // What no connector of this version knows may be anything.
    return parameter === undefined || (parameter.kind === 'text' && parameter.isSecret === true)
  }
  const shown: readonly (readonly [string, JsonValue])[] = Object.entries(channel.settings)
  return {
    id,
    name,
    connector,
    enabled,
    template,
    least_severity: channel.leastSeverity,
    rule_ids: channel.ruleIds,
    group_seconds: channel.groupSeconds,
    ...(quiet !== undefined && { quiet }),
    settings: Object.fromEntries(shown.filter(([setting]) => !isSecret(setting))),
    secrets: shown.map(([setting]) => setting).filter(isSecret),
  }
}

function wireDelivery(delivery: Delivery): WireDelivery {
  return {
    id: delivery.id,
    channel: delivery.channelId,
    state: delivery.state,
    alerts: delivery.count,
    first: delivery.alerts[0]?.rule ?? '',
    attempts: delivery.attempts,
    since: new Date(delivery.sinceMs).toISOString(),
    due: new Date(delivery.dueMs).toISOString(),
    problem: delivery.problem,
  }
}
