import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { accountNames, parseAccounts } from './account-names.ts'

function etc(): string {
  const directory = mkdtempSync(join(tmpdir(), 'vedette-accounts-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

test('names follow the files when they change', () => {
  const directory = etc()
  let nowMs = 0
  writeFileSync(join(directory, 'passwd'), 'root:x:0:0:root:/root:/bin/bash\n')
  const names = accountNames(() => nowMs, directory)
  names.refresh()
  expect([names.user(0), names.user(7), names.group(0)]).toEqual(['root', undefined, undefined])
  writeFileSync(join(directory, 'passwd'), 'root:x:0:0::/root:/bin/sh\nalice:x:7:7:::\n')
  utimesSync(join(directory, 'passwd'), 1, 1)
  names.refresh()
  expect(names.user(7)).toBeUndefined()
  nowMs = 1000
  names.refresh()
  expect(names.user(7)).toBe('alice')
})

test('lines that are no accounts are passed over, and the first of an id wins', () => {
  const text = '# comment\n+::::::\nroot:x:0:0\ntoor:x:0:0\nbad:x:minus:0\n'
  expect([...parseAccounts(text)]).toEqual([[0, 'root']])
})
