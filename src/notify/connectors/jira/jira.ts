import { textIn } from '#base'
import type { Connector } from '../../connector.ts'
import { postJson } from '../../post.ts'
import { plainTemplate } from '../../template.ts'

/** An issue in Jira, by its REST API, version 2. */
export const jira: Connector = {
  id: 'jira',
  title: 'Jira',
  template: plainTemplate,
  settings: {
    url: {
      kind: 'text',
      title: 'Site',
      help: 'https://example.atlassian.net',
      required: true,
      maxLength: 500,
      like: { pattern: /^https?:\/\/[^\s?#]+$/, words: 'an address' },
    },
    user: { kind: 'text', title: 'User', required: true, maxLength: 200 },
    token: { kind: 'text', title: 'API token', required: true, maxLength: 1_000, isSecret: true },
    project: {
      kind: 'text',
      title: 'Key of the project',
      required: true,
      maxLength: 50,
      like: { pattern: /^[A-Z][A-Z0-9_]*$/, words: 'capitals and digits' },
    },
    issue_type: {
      kind: 'text',
      title: 'Issue type',
      required: false,
      maxLength: 100,
      default: 'Task',
    },
  },
  async send({ title, text }, settings, { signal }) {
    const secret = `${textIn(settings, 'user')}:${textIn(settings, 'token')}`
    const headers = { authorization: `Basic ${Buffer.from(secret).toString('base64')}` }
    const fields = {
      project: { key: textIn(settings, 'project') },
      issuetype: { name: textIn(settings, 'issue_type') },
      summary: title,
      // Between these marks nothing is read as Jira's markup.
      description: `{noformat}\n${text.replaceAll('{noformat}', '{ noformat }')}\n{noformat}`,
    }
    const site = textIn(settings, 'url').replace(/\/+$/, '')
    await postJson(`${site}/rest/api/2/issue`, { fields }, { headers, signal })
  },
}
