import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JsonValue } from '#base'
import { runFile } from '../../scripts/cases/run-file.ts'
import { storeChoices } from '../../scripts/cases/stores.ts'
import { sharedData, withoutSharedData } from '../support/shared-data.ts'

const files = [
  'esql_spec',
  'kql_parse',
  'kql_eval',
  'eql_errors',
  'eql_functions',
  'eql_queries',
  'eql_translate',
  'new_terms_cases',
  'other_cases',
  'privileged_spellings',
]

describe.each(files)('%s', (name) => {
  const path = sharedData(`cases/${name}.json`)

  test('every case comes out as it says, in both stores', async ({ skip }) => {
    skip(path === undefined, withoutSharedData)
    const file: JsonValue = JSON.parse(readFileSync(path ?? '', 'utf8'))
    const readBeside = (beside: string) => readFileSync(join(dirname(path ?? ''), beside), 'utf8')
    const failed = []
    const reasons = new Set<string>()
    let passed = 0
    for await (const result of runFile(file, storeChoices, readBeside)) {
      if (result.kind === 'failed') failed.push(result)
      if (result.kind === 'skipped') reasons.add(result.reason)
      if (result.kind === 'passed') passed++
    }
    expect(failed).toEqual([])
    expect(passed).toBeGreaterThan(0)
    expect([...reasons].filter((each) => !isListed(each))).toEqual([])
  })
})

/** Why a case may be skipped: what it is about is not there. */
function isListed(reason: string): boolean {
  return reason.endsWith('does not run in this version')
}
