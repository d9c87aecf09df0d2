import { textIn } from '#base'
import type { Connector } from '../../connector.ts'
import { postJson, secretUrl } from '../../post.ts'
import { plainTemplate } from '../../template.ts'

const colours = {
  low: 'default',
  medium: 'accent',
  high: 'warning',
  critical: 'attention',
} as const

/** A card in Microsoft Teams, by a webhook of its workflows. */
export const teams: Connector = {
  id: 'teams',
  title: 'Microsoft Teams',
  template: plainTemplate,
  settings: { url: { ...secretUrl, title: 'Webhook of a workflow' } },
  async send({ title, text, severity }, settings, { signal }) {
    const line = (words: string, more: object) => ({
      type: 'TextRun',
      text: words,
      ...more,
    })
    const content = {
      type: 'AdaptiveCard',
      version: '1.4',
      // Runs of text and not text blocks: those read Markdown.
      body: [
        {
          type: 'RichTextBlock',
          inlines: [line(title, { weight: 'bolder', color: colours[severity] })],
        },
        { type: 'RichTextBlock', inlines: [line(text.slice(0, 10_000), {})] },
      ],
    }
    const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', content }
    await postJson(
      textIn(settings, 'url'),
      JSON.stringify({ type: 'message', attachments: [attachment] }),
      { signal },
    )
  },
}
