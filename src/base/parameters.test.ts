import { expect, test } from 'vitest'
import { readValues, type Parameters } from './parameters.ts'

const parameters: Parameters = {
  container: {
    kind: 'text',
    title: 'Container',
    required: true,
    maxLength: 64,
    like: { pattern: /^[0-9a-f]{12,64}$/, words: 'an id' },
  },
  lines: { kind: 'number', title: 'Lines', least: 1, most: 10, default: 5 },
  way: { kind: 'choice', title: 'Way', choices: ['a', 'b'], default: 'a' },
  loud: { kind: 'switch', title: 'Loud', default: false },
}

test('what is left out has its default, and digits in a text are a number', () => {
  expect(readValues(parameters, { container: '3f9a1c0d2b4e', lines: '7', loud: 'true' })).toEqual({
    ok: true,
    value: { container: '3f9a1c0d2b4e', lines: 7, way: 'a', loud: true },
  })
})

test('all problems come at once, each with the name of its parameter', () => {
  const read = readValues(parameters, { container: '../json', lines: 11, way: 'c', other: 1 })
  expect(read).toEqual({
    ok: false,
    error: [
      'other: is unknown; known are container, lines, way, loud',
      'container: expected an id',
      'lines: expected a whole number from 1 to 10',
      'way: expected one of a, b',
    ],
  })
})

test('a text that is needed and not there, and members of the prototype, are told', () => {
  expect(readValues(parameters, {})).toEqual({ ok: false, error: ['container: is missing'] })
  expect(readValues({}, JSON.parse('{"constructor":1}'))).toMatchObject({ ok: false })
  expect(readValues(parameters, [])).toMatchObject({ ok: false })
})
