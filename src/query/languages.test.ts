import { expect, test } from 'vitest'
import { languageOf, languages } from './languages.ts'

test('every language is found by its wire name, and no other name is one', () => {
  for (const language of languages) expect(languageOf(language.id)).toBe(language)
  expect(languageOf('kql')).toBeUndefined()
  expect(languageOf('constructor')).toBeUndefined()
})

test.each(languages)('$id takes an empty text for all documents', (language) => {
  expect(language.parse('')).toEqual({ ok: true, value: { kind: 'all' } })
})
