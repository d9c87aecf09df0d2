import { expect, test } from 'vitest'
import { isAllowedHost } from './host-check.ts'

test.each([
  [undefined, true],
  ['localhost', true],
  ['LOCALHOST:7070', true],
  ['127.0.0.1', true],
  ['10.1.2.3:80', true],
  ['[::1]:7070', true],
  ['siem.example', true],
  ['siem.example:443', true],
  ['', false],
  ['evil.example', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['127.0.0.1:80:80', false],
  ['siem.example.', false],
  ['evil.example@localhost', false],
  ['localhost/x', false],
])('the Host header %s is answered: %s', (header, allowed) => {
  expect(isAllowedHost(header, ['siem.example'])).toBe(allowed)
})
