import { expect, test } from 'vitest'
import { alertMarkdown } from './alert-markdown.ts'
import { responsesTo } from './responses.ts'

const document = {
  'kibana.alert.rule.name': 'A <b>rule</b>',
  'kibana.alert.severity': 'high',
  host: { name: 'edge](x)' },
  process: { name: 'docker', pid: 41, parent: { pid: 1 } },
}

test('an alert becomes a report in which nothing that an event says is markup', () => {
  const text = alertMarkdown({ id: 'abc', document }, undefined, {
    notes: [{ id: 'n', text: 'see\n```\n# not a heading', by: 'ann', at: '2026-01-01T00:00:00Z' }],
    activity: [],
    guide: [],
  })
  expect(text).toContain('# A \\<b\\>rule\\</b\\>')
  expect(text).toContain('- Host: edge\\]\\(x\\)')
  expect(text).toContain('````\nsee\n```\n# not a heading\n````')
})

test('commands carry the ids of the alert, and only ids', () => {
  const commands = responsesTo(document, 'a'.repeat(64)).map(({ command }) => command)
  expect(commands).toContain(`docker pause ${'a'.repeat(12)}`)
  expect(commands).toContain('kill -STOP 41')
  expect(commands.some((command) => command.endsWith(' 1'))).toBe(false)
  expect(responsesTo({ process: { pid: '1; reboot' } }, '$(reboot)')).toEqual([])
})
