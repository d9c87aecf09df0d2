import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { reasonOf } from './reason.ts'

test.each<[JsonObject, string]>([
  [{}, 'event created high alert N.'],
  [
    { host: { name: 'H' }, event: { category: 'configuration' } },
    'configuration event on H created high alert N.',
  ],
  [{ 'process.name': 'sshd' }, 'event with process sshd, created high alert N.'],
  [
    {
      event: { category: ['authentication'] },
      source: { ip: '8.42.77.171' },
      user: { name: 'root' },
      host: { name: 'H' },
    },
    'authentication event with source 8.42.77.171 by root on H created high alert N.',
  ],
  [
    {
      event: { category: ['network', 'process'] },
      process: { name: 'curl', parent: { name: 'bash' } },
      file: { name: 'f' },
      source: { ip: '1.1.1.1', port: '5' },
      destination: { ip: '2.2.2.2', port: 443 },
    },
    'network, process event with process curl, parent process bash, file f, source 1.1.1.1:5, destination 2.2.2.2 created high alert N.',
  ],
  [{ user: { name: '-' } }, 'event created high alert N.'],
])('%j is told as: %s', (source, expected) => {
  expect(reasonOf(source, { severity: 'high', name: 'N' })).toBe(expected)
})
