import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished, expect, test } from 'vitest'
import { manualClock } from '#base'
import { findSuites } from './find-suites.ts'
import { junitText } from './junit.ts'
import { loadSuites } from './load-suites.ts'
import { runSuites, type Failure, type SuiteOutcome } from './run-suites.ts'
import { rowsOf } from './test-rows.ts'

const nowMs = Date.UTC(2026, 2, 2, 12)

const ruleText = (query = 'event.category: process') => `[rule]
rule_id = "r"
name = "R"
description = "d"
risk_score = 1
severity = "low"
type = "query"
index = ["logs-*"]
query = '''${query}'''
`

const testsText = (events: string, alerts: string, name = 't') => `index: logs-x
now: 2026-03-02T12:00:00Z
event: { event.category: process }
tests:
  - name: ${JSON.stringify(name)}
    events: ${events}
    alerts: ${alerts}
`

/** A folder with files by their paths, gone after the test. */
async function folderOf(files: { readonly [path: string]: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-suites-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

async function outcomesOf(files: {
  readonly [path: string]: string
}): Promise<readonly SuiteOutcome[]> {
  const folder = await folderOf(files)
  const { suites } = await loadSuites(await findSuites([folder]), { nowMs })
  const terminal = { clock: awake, signal: new AbortController().signal }
  const outcomes: SuiteOutcome[] = []
  for await (const outcome of runSuites(suites, { terminal, failFast: false })) {
    outcomes.push(outcome)
  }
  return outcomes
}

/** Stands still and never sleeps. */
const awake = { ...manualClock(nowMs), sleep: async () => undefined }

async function failuresOf(
  events: string,
  alerts: string,
  query?: string,
): Promise<readonly Failure[] | undefined> {
  const [suite] = await outcomesOf({
    'rule.toml': ruleText(query),
    'tests.yaml': testsText(events, alerts),
  })
  return suite?.outcomes[0]?.failures
}

test('tests lie in tests.yaml beside rule.toml or the only rule, or in x.test.yaml beside x.toml', async () => {
  const folder = await folderOf({
    'one/rule.toml': '',
    'one/tests.yaml': '',
    'two/only.toml': '',
    'two/test.yml': '',
    'flat/a.toml': '',
    'flat/a.test.yaml': '',
    'flat/b.toml': '',
    'flat/c.tests.yml': '',
    'flat/tests.yaml': '',
    'node_modules/x/rule.toml': '',
    '.git/rule.toml': '',
  })
  const found = await findSuites([folder])
  expect(
    found.map(({ rulePath, testsPath }) =>
      [rulePath, testsPath].map((path) => path?.slice(folder.length + 1)),
    ),
  ).toEqual([
    ['flat/a.toml', 'flat/a.test.yaml'],
    [undefined, 'flat/c.tests.yml'],
    ['flat/b.toml', 'flat/tests.yaml'],
    ['one/rule.toml', 'one/tests.yaml'],
    ['two/only.toml', 'two/test.yml'],
  ])
})

test('either file of a pair stands for both, and a pair named twice is one', async () => {
  const folder = await folderOf({ 'x.toml': '', 'x.test.yaml': '' })
  const pair = { rulePath: join(folder, 'x.toml'), testsPath: join(folder, 'x.test.yaml') }
  const paths = [pair.rulePath, pair.testsPath, folder]
  expect(await findSuites(paths)).toEqual([pair])
})

test('files of other tools are no rules; a rule without tests is told', async () => {
  const outcomes = await outcomesOf({
    'pyproject.toml': '[project]\nname = "x"\n',
    'package.json': '{"name":"x"}',
    'rule.toml': ruleText(),
  })
  expect(outcomes.flatMap(rowsOf)).toMatchObject([{ status: 'untested', rule: 'R' }])
})

test('a rule that cannot be used, and tests without a rule, are invalid', async () => {
  const outcomes = await outcomesOf({
    'a/rule.toml': ruleText('event.category: ('),
    'a/tests.yaml': testsText('[{ at: -1m }]', '[]'),
    'b/tests.yaml': testsText('[{ at: -1m }]', '[]'),
  })
  expect(outcomes.map(({ invalid, outcomes: tests }) => [invalid, tests.length])).toEqual([
    [true, 0],
    [true, 0],
  ])
  expect(outcomes[1]?.suite.problems[0]?.diagnostic.code).toBe('rule-test.no-rule')
})

test('a missing alert is explained by where, when and which clause an event misses', async () => {
  const [failure] =
    (await failuresOf(
      '[{ at: -2m, user.name: root }, { at: -2d, user.name: a }, { at: -1m, _index: metrics-x }, { at: -1m, event.category: file }]',
      '[{ user.name: a }]',
      'event.category: process and not user.name: root',
    )) ?? []
  expect(failure).toMatchObject({ kind: 'missing', expected: { 'user.name': ['a'] } })
  expect(failure?.kind === 'missing' ? failure.because : []).toEqual([
    'event events-1 fails not user.name:root (user.name is root)',
    'event events-2 is at 2026-02-28T12:00:00.000Z, outside the window 2026-03-02T11:54:00.000Z to 2026-03-02T12:00:00.000Z',
    'event events-3 is in metrics-x, which the rule does not read (logs-*)',
    'event events-4 fails event.category:process (event.category is file)',
  ])
})

test('an alert that is nearly the expected one is told by the fields that differ', async () => {
  expect(
    await failuresOf(
      '[{ at: -2m, user.name: b, host.name: h }]',
      '[{ user.name: a, host.name: h }]',
    ),
  ).toEqual([
    {
      kind: 'differs',
      differences: [{ field: 'user.name', expected: ['a'], found: ['b'] }],
    },
  ])
})

test('an alert that nobody expected is told with its reason', async () => {
  expect(await failuresOf('[{ at: -2m }]', '[]')).toMatchObject([
    { kind: 'unexpected', reason: expect.stringContaining('R') },
  ])
})

test('a JUnit report is well-formed whatever the rule and its tests are called', async () => {
  const hostile = `]]> "quoted" <b> & \u0007 \ud800 \uffff \u202e`
  const outcomes = await outcomesOf({
    'rule.toml': ruleText().replace('"R"', `'''<R> & "co"'''`),
    'tests.yaml': testsText('[{ at: -2m }]', '[]', hostile),
  })
  const text = junitText(outcomes)
  expect(text).toContain('tests="1" failures="1" errors="0"')
  expect(text).toContain('name="&lt;R&gt; &amp; &quot;co&quot;"')
  // What is left when tags with quoted attributes and entities are taken away must be plain text.
  const rest = text
    .replaceAll(/<[?/]?[\w-]+(?: [\w-]+="[^"<>]*")*\s*[?/]?>/g, '')
    .replaceAll(/&(?:amp|lt|gt|quot|apos);/g, '')
  expect(rest).not.toMatch(/[<>&]/)
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/)
})
