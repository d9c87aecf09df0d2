import { textIn } from '#base'
import type { Connector } from '../../connector.ts'
import { postJson } from '../../post.ts'
import { plainTemplate } from '../../template.ts'

const severityThere = {
  low: 'info',
  medium: 'warning',
  high: 'error',
  critical: 'critical',
} as const

/** An incident in PagerDuty, by its Events API, version 2. */
export const pagerduty: Connector = {
  id: 'pagerduty',
  title: 'PagerDuty',
  template: plainTemplate,
  settings: {
    routing_key: {
      kind: 'text',
      title: 'Integration key',
      required: true,
      maxLength: 100,
      isSecret: true,
    },
    url: {
      kind: 'text',
      title: 'Address',
      required: false,
      maxLength: 500,
      default: 'https://events.pagerduty.com/v2/enqueue',
      like: { pattern: /^https?:\/\/\S+$/, words: 'an address' },
    },
  },
  async send({ id, title, text, severity, alerts }, settings, { signal }) {
    const body = {
      routing_key: textIn(settings, 'routing_key'),
      event_action: 'trigger',
      // The same message told again is the same incident.
      dedup_key: id.slice(0, 255),
      payload: {
        summary: title,
        source: alerts[0]?.host || 'unknown',
        severity: severityThere[severity],
        timestamp: alerts[0]?.at ?? '',
        custom_details: { text, alerts: alerts.map((alert) => alert.id) },
      },
    }
    await postJson(textIn(settings, 'url'), body, { signal })
  },
}
