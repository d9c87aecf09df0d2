import { createHmac } from 'node:crypto'
import { textIn, type JsonValue } from '#base'
import type { AlertNote, Connector } from '../../connector.ts'
import { postJson, secretUrl } from '../../post.ts'
import { plainTemplate } from '../../template.ts'

/**
 * JSON to any address. Signed where a key is set: `x-vedette-signature` is `v1=` and the HMAC-SHA256, hex, of the header `x-vedette-time`
 * (epoch seconds), a dot and the body. Whoever receives it compares, and refuses old times.
 */
export const webhook: Connector = {
  id: 'webhook',
  title: 'Webhook',
  template: plainTemplate,
  settings: {
    url: secretUrl,
    key: {
      kind: 'text',
      title: 'Signing key',
      help: 'at least 16 characters; left out: requests are not signed',
      required: false,
      maxLength: 500,
      like: { pattern: /^.{16,}$/s, words: 'at least 16 characters' },
      isSecret: true,
    },
  },
  async send({ id, title, text, severity, count, alerts }, settings, { signal, nowMs }) {
    const body = JSON.stringify({ id, title, text, severity, count, alerts: alerts.map(wireAlert) })
    const time = String(Math.floor(nowMs() / 1_000))
    const key = textIn(settings, 'key')
    const headers = {
      'x-vedette-id': id,
      'x-vedette-time': time,
      ...(key !== '' && { 'x-vedette-signature': `v1=${signatureOf(key, time, body)}` }),
    }
    await postJson(textIn(settings, 'url'), body, { headers, signal })
  },
}

function signatureOf(key: string, time: string, body: string): string {
  return createHmac('sha256', key).update(`${time}.${body}`).digest('hex')
}

function wireAlert({
  id,
  ruleId,
  rule,
  severity,
  risk,
  reason,
  host,
  user,
  at,
}: AlertNote): JsonValue {
  return { id, rule_id: ruleId, rule, severity, risk, reason, host, user, at }
}
