import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { lockProblems } from '../../scripts/check-lock/lock-problems.ts'

const sound = { version: '1.0.0', integrity: 'sha512-AA==', license: 'MIT' }

function problemsOf(facts: object): readonly string[] {
  const lock = { packages: { '': {}, 'node_modules/@a/b': { ...sound, ...facts } } }
  return lockProblems(JSON.parse(JSON.stringify(lock)), new Set(['koffi'])).problems
}

test('a package without a checksum, with a place, a script or an unknown licence is told', () => {
  expect(problemsOf({})).toEqual([])
  expect(problemsOf({ integrity: undefined })).toEqual([
    '@a/b@1.0.0: it has no SHA-512 in the lock file',
  ])
  expect(problemsOf({ integrity: 'sha1-AA==' })).toHaveLength(1)
  expect(problemsOf({ resolved: 'somewhere' })).toHaveLength(1)
  expect(problemsOf({ hasInstallScript: true })).toHaveLength(1)
  expect(problemsOf({ license: 'GPL-3.0' })).toHaveLength(1)
  expect(problemsOf({ license: undefined })).toHaveLength(1)
  expect(problemsOf({ license: '(GPL-3.0 OR MIT)' })).toEqual([])
  expect(problemsOf({ license: '(GPL-3.0 AND MIT)' })).toHaveLength(1)
  expect(problemsOf({ license: 'MPL-2.0' })).toHaveLength(1)
  expect(problemsOf({ license: 'MPL-2.0', dev: true })).toEqual([])
})

test('the lock file has none of it', () => {
  const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  const { packages, problems } = lockProblems(lock, new Set(Object.keys(allowScripts)))
  expect(problems).toEqual([])
  expect(packages).toBeGreaterThan(100)
})
