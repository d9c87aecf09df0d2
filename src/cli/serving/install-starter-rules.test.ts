import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { manualClock, silentLogger } from '#base'
import { createEngine, type Engine } from '#detect'
import { memoryStore, type Store } from '#store'
import { installStarterRules } from './install-starter-rules.ts'

let directory: string
let store: Store
let engine: Engine
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-starter-'))
  const clock = manualClock(Date.UTC(2026, 10, 24))
  store = memoryStore({ clock })
  engine = createEngine({ store, clock, logger: silentLogger })
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function bring(version: number, query: string) {
  const text = `[rule]\nrule_id = "r"\nname = "R"\ndescription = "d"\ntype = "query"\nlanguage = "kuery"\nquery = "${query}"\nseverity = "low"\nrisk_score = 1\nversion = ${version}\n`
  await writeFile(join(directory, 'rule.toml'), text)
  const { rules } = engine
  return installStarterRules(directory, { rules, documents: store.documents, logger: silentLogger })
}

async function rule() {
  const found = await engine.rules.byRuleId('r')
  if (found === undefined) throw new Error('the rule is not there')
  return found
}

const queryOf = async (): Promise<unknown> => Reflect.get((await rule()).rule.params, 'query')

test('rules are installed enabled, once', async () => {
  expect(await bring(1, 'a: 1')).toEqual({ installed: 1, updated: 0, kept: 0 })
  expect((await rule()).rule.enabled).toBe(true)
  expect((await rule()).immutable).toBe(true)
  expect(await bring(1, 'a: 1')).toEqual({ installed: 0, updated: 0, kept: 0 })
})

test('a newer version replaces the text, and whether the rule is on stays', async () => {
  await bring(1, 'a: 1')
  await engine.rules.setEnabled((await rule()).uuid, false, { user: 'somebody' })
  expect(await bring(2, 'a: 2')).toEqual({ installed: 0, updated: 1, kept: 0 })
  expect(await queryOf()).toBe('a: 2')
  expect((await rule()).rule.enabled).toBe(false)
})

test('a rule that somebody edited stays as edited', async () => {
  await bring(1, 'a: 1')
  const { uuid, rule: brought } = await rule()
  await engine.rules.update(uuid, { ...brought, name: 'Mine' }, { user: 'somebody' })
  expect(await bring(2, 'a: 2')).toEqual({ installed: 0, updated: 0, kept: 1 })
  expect(await queryOf()).toBe('a: 1')
})

test('a rule that somebody removed stays away', async () => {
  await bring(1, 'a: 1')
  await engine.rules.remove((await rule()).uuid)
  expect(await bring(2, 'a: 2')).toEqual({ installed: 0, updated: 0, kept: 0 })
  expect(await engine.rules.byRuleId('r')).toBeUndefined()
})

test('exceptions that were added to a rule survive its update', async () => {
  await bring(1, 'a: 1')
  const { uuid, rule: brought } = await rule()
  const exceptionsList = [
    { id: 'l', listId: 'l', type: 'rule_default', namespaceType: 'single' },
  ] as const
  await engine.rules.update(uuid, { ...brought, exceptionsList }, { user: 'somebody' })
  expect(await bring(2, 'a: 2')).toEqual({ installed: 0, updated: 1, kept: 0 })
  expect((await rule()).rule.exceptionsList).toEqual(exceptionsList)
})
