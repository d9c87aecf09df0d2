import { expect, test } from 'vitest'
import {
  hasErrors,
  maxDiagnostics,
  orderedDiagnostics,
  positionOf,
  type Diagnostic,
} from './diagnostic.ts'

const at = (start: number, severity: Diagnostic['severity'] = 'error'): Diagnostic => ({
  code: 'x.y',
  severity,
  message: '',
  span: { start, end: start + 1 },
})

test('positions count lines and columns from 1', () => {
  const text = 'ab\ncd\n\nef'
  expect(positionOf(text, 0)).toEqual({ line: 1, column: 1 })
  expect(positionOf(text, 4)).toEqual({ line: 2, column: 2 })
  expect(positionOf(text, 7)).toEqual({ line: 4, column: 1 })
})

test('diagnostics are sorted by position and cut to the stated number', () => {
  const many = Array.from({ length: maxDiagnostics + 5 }, (_, i) => at(1_000 - i))
  const ordered = orderedDiagnostics(many)
  expect(ordered).toHaveLength(maxDiagnostics)
  expect(ordered[0]?.span.start).toBe(1_000 - maxDiagnostics - 4)
})

test('warnings alone are no errors', () => {
  expect(hasErrors([at(0, 'warning')])).toBe(false)
  expect(hasErrors([at(0, 'warning'), at(1)])).toBe(true)
})
