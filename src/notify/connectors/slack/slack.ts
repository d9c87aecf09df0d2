import { textIn } from '#base'
import type { Connector } from '../../connector.ts'
import { postJson, secretUrl } from '../../post.ts'
import { plainTemplate } from '../../template.ts'

/** A message to a Slack channel, by an incoming webhook. */
export const slack: Connector = {
  id: 'slack',
  title: 'Slack',
  template: plainTemplate,
  settings: { url: { ...secretUrl, title: 'Incoming webhook' } },
  async send({ text, title }, settings, { signal }) {
    // Without `mrkdwn` nothing of an event becomes a link or calls a channel.
    const body = {
      text: escaped(title),
      blocks: [{ type: 'section', text: { type: 'plain_text', text: text.slice(0, 3_000) } }],
    }
    await postJson(textIn(settings, 'url'), body, { signal })
  },
}

/** The text for notifications is read as Slack's markup, in which these three begin something. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
