import { expect, test } from 'vitest'
import { compileIndexPatterns, indexNameProblem, parseDataStreamName } from './index-pattern.ts'

test.each<[readonly string[], string, boolean]>([
  [['logs-*'], 'logs-endpoint.events.process-default', true],
  [['logs-endpoint.events.*'], 'logs-endpoint.events.process-default', true],
  [['logs-*', '-logs-endpoint*'], 'logs-endpoint.events.process-default', false],
  [['logs-*,-logs-endpoint*'], 'logs-system.auth-default', true],
  [['-logs-endpoint*', 'logs-*'], 'logs-endpoint.events.process-default', true],
  [['logs-*', '-*-old', 'logs-new-old'], 'logs-new-old', true],
  [['logs-a'], 'logs-ab', false],
  [['*'], '.alerts-security.alerts-default', false],
  [['.alerts-security.*'], '.alerts-security.alerts-default', true],
  [['logs-x-default'], '.ds-logs-x-default-2024.06.15-000001', true],
  [['logs-x-*'], '.ds-logs-x-default-2024.06.15-000001', true],
  [['a*b*c'], 'abc', true],
  [['a*b*c'], 'ab', false],
  [['ab*ba'], 'aba', false],
  [[], 'logs-x', false],
  [['', ' , '], 'logs-x', false],
])('the patterns %j over %s give %s', (patterns, index, included) => {
  expect(compileIndexPatterns(patterns)(index)).toBe(included)
})

test('a pattern with many stars takes no exponential time', () => {
  expect(compileIndexPatterns(['*a'.repeat(2000)])('a'.repeat(1999))).toBe(false)
})

test.each([
  ['logs-endpoint.events.process-default', undefined],
  ['', /needs a name/],
  ['-x', /must not start/],
  ['Logs', /lower case/],
  ['a b', /must not contain " "/],
  ['a\u0000', /must not contain/],
  ['x'.repeat(256), /255 bytes/],
])('the index name %j has the problem %s', (name, problem) => {
  if (problem === undefined) expect(indexNameProblem(name)).toBeUndefined()
  else expect(indexNameProblem(name)).toMatch(problem)
})

test('a data stream name has three parts, of which the last may hold dashes', () => {
  expect(parseDataStreamName('logs-endpoint.events.process-default-x')).toEqual({
    type: 'logs',
    dataset: 'endpoint.events.process',
    namespace: 'default-x',
  })
  expect(parseDataStreamName('winlogbeat-8')).toBeUndefined()
})
