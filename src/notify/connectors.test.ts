import { createHmac } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readValues, type JsonObject } from '#base'
import type { AlertNote } from './connector.ts'
import { connectorOf, connectors } from './connectors.ts'
import { httpReceiver, mailReceiver, syslogReceiver } from './receivers.fixture.ts'
import { messageOf, sampleAlert } from './template.ts'

/** Every connector, against a receiver that really listens. */

const nowMs = 1_800_000_000_000
const hostile: AlertNote = {
  ...sampleAlert,
  severity: 'high',
  risk: 73,
  rule: 'Curl piped to <shell> & more',
  reason: 'ran "{{severity}}" \u202e <!channel> \r\nBcc: x@y',
  host: 'web-1',
}

async function send(id: string, given: JsonObject): Promise<void> {
  const connector = connectorOf(id)
  if (connector === undefined) throw new Error(id)
  const settings = readValues(connector.settings, given)
  if (!settings.ok) throw new Error(settings.error.join('; '))
  const message = messageOf(connector.template, { id: 'm-1', alerts: [hostile], count: 3 })
  const context = { nowMs: () => nowMs, signal: AbortSignal.timeout(20_000) }
  await connector.send(message, settings.value, context)
}

let web: Awaited<ReturnType<typeof httpReceiver>>
beforeAll(async () => {
  web = await httpReceiver()
})
afterAll(() => web.close())

async function posted(id: string, given: JsonObject) {
  web.answers(200)
  await send(id, given)
  const last = web.got.at(-1)
  if (last === undefined) throw new Error('nothing came')
  const body: JsonObject = JSON.parse(last.body)
  return { ...last, json: body }
}

test('the list of connectors is what lies in their folder', () => {
  const folders = readdirSync(new URL('connectors', import.meta.url)).toSorted()
  expect(connectors.map(({ id }) => id).toSorted()).toEqual(folders)
})

test('a webhook is signed over time and body, so that whoever has the key can check both', async () => {
  const key = 'a key of enough length'
  const { body, headers, json } = await posted('webhook', { url: `${web.url}/hook`, key })
  const time = String(headers['x-vedette-time'])
  expect(time).toBe('1800000000')
  const expected = createHmac('sha256', key).update(`${time}.${body}`).digest('hex')
  expect(headers['x-vedette-signature']).toBe(`v1=${expected}`)
  expect(json).toMatchObject({ id: 'm-1', severity: 'high', count: 3, alerts: [{ host: 'web-1' }] })
})

test('what an event says is text to Slack, to Teams and to Jira', async () => {
  const slack = await posted('slack', { url: `${web.url}/slack` })
  expect(slack.json['text']).toContain('Curl piped to &lt;shell&gt; &amp; more')
  expect(slack.body).toContain('"plain_text"')
  expect(slack.body).not.toContain('mrkdwn')
  const teams = await posted('teams', { url: `${web.url}/teams` })
  expect(teams.body).not.toContain('"TextBlock"')
  expect(teams.body).toContain('RichTextBlock')
  const jira = await posted('jira', {
    url: `${web.url}/`,
    user: 'ann@example.org',
    token: 'secret-token',
    project: 'SEC',
  })
  expect(jira.path).toBe('/rest/api/2/issue')
  const basic = Buffer.from('ann@example.org:secret-token').toString('base64')
  expect(jira.headers.authorization).toBe(`Basic ${basic}`)
  expect(jira.json).toMatchObject({
    fields: { project: { key: 'SEC' }, issuetype: { name: 'Task' } },
  })
})

test('PagerDuty gets the same key for the same message told again', async () => {
  const { json } = await posted('pagerduty', { routing_key: 'r'.repeat(32), url: `${web.url}/pd` })
  expect(json).toMatchObject({
    event_action: 'trigger',
    dedup_key: 'm-1',
    payload: { severity: 'error', source: 'web-1' },
  })
})

test.each([
  [500, 'unavailable'],
  [429, 'unavailable'],
  [404, 'invalid'],
  // A redirect would carry the secret elsewhere.
  [302, 'invalid'],
])(
  'a receiver that answers %i is a fault of kind %s that holds no secret',
  async (status, kind) => {
    web.answers(status)
    const before = web.got.length
    const fault: unknown = await send('slack', { url: `${web.url}/T0/s3cr3t` }).catch(
      (thrown: unknown) => thrown,
    )
    expect(fault).toMatchObject({ kind })
    expect(String(fault)).not.toContain('s3cr3t')
    expect(web.got.length).toBe(before + 1)
  },
)

test('where nobody listens, that is told and may be tried again', async () => {
  const gone = await httpReceiver()
  await gone.close()
  await expect(send('webhook', { url: gone.url })).rejects.toMatchObject({ kind: 'unavailable' })
})

test('a mail is one mail: lines of an event add no header and end nothing', async () => {
  const server = await mailReceiver()
  await send('email', {
    host: '127.0.0.1',
    port: server.port,
    encryption: 'none',
    user: 'ann',
    passphrase: 'word',
    from: 'vedette@example.org',
    to: 'ann@example.org, bob@example.org',
  })
  expect(server.said.filter((line) => line.startsWith('RCPT'))).toHaveLength(2)
  const [head = '', body = ''] = (server.mails[0] ?? '').split('\r\n\r\n')
  expect(head).toContain('Subject: [high] Curl piped to <shell> & more on web-1, and 2 more')
  expect(head).not.toMatch(/^Bcc/im)
  expect(body).toContain('ran "{{severity}}"')
  await server.close()
})

test('a mail server that does not take the recipient is not asked again, one that is busy is, and neither tells the passphrase', async () => {
  for (const [refuse, kind] of [
    ['550 no such user', 'invalid'],
    ['451 later', 'unavailable'],
  ] as const) {
    const server = await mailReceiver({ refuse })
    const settings = { host: '127.0.0.1', port: server.port, encryption: 'none' }
    const fault: unknown = await send('email', {
      ...settings,
      user: 'ann',
      passphrase: 's3cr3t',
      from: 'a@example.org',
      to: 'b@example.org',
    }).catch((thrown: unknown) => thrown)
    expect(fault).toMatchObject({ kind })
    expect(JSON.stringify(fault) + String(fault)).not.toContain('s3cr3t')
    await server.close()
  }
})

test('a mail server that offers no encryption is refused where starttls is asked for', async () => {
  const server = await mailReceiver()
  const settings = { host: '127.0.0.1', port: server.port, from: 'a@b.c', to: 'd@e.f' }
  await expect(send('email', settings)).rejects.toMatchObject({ code: 'notify.refused' })
  expect(server.mails).toEqual([])
  await server.close()
})

test.each(['udp', 'tcp'] as const)(
  'a line of syslog comes over %s with priority, host and time',
  async (transport) => {
    const daemon = await syslogReceiver()
    await send('syslog', { host: '127.0.0.1', port: daemon.port, transport, facility: 'local3' })
    await expect.poll(() => daemon.lines.length).toBe(1)
    const line = daemon.lines[0] ?? ''
    // local3 is 19, an alert of high severity an error, 3.
    expect(line).toMatch(
      /^(?:\d+ )?<155>1 2027-01-15T08:00:00\.000Z \S+ vedette \d+ alert - Curl piped/,
    )
    expect(line).not.toContain('\n')
    if (transport === 'tcp') {
      const [length = '', ...rest] = line.split(' ')
      expect(Buffer.byteLength(rest.join(' '))).toBe(Number(length))
    }
    await daemon.close()
  },
)
