import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { actions } from './actions.ts'

test('the list of actions is what lies in their folder', () => {
  const folders = readdirSync(new URL('actions', import.meta.url)).toSorted()
  expect(actions.map(({ id }) => id).toSorted()).toEqual(folders)
})

test('every action says what comes of it, and one that only looks has nothing to take back', () => {
  for (const { id, effect, undo, changesNothing, title } of actions) {
    expect([id, effect.endsWith('.'), title !== '']).toEqual([id, true, true])
    if (changesNothing) expect([id, undo]).toEqual([id, ''])
  }
})

test('what an action names as its undo is an action or a command in backticks', () => {
  const ids = new Set(actions.map(({ id }) => id))
  for (const { id, undo } of actions) {
    expect([id, undo === '' || ids.has(undo) || undo.startsWith('`')]).toEqual([id, true])
  }
})
