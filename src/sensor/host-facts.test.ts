import { expect, test } from 'vitest'
import { parseOsRelease, readHostFacts } from './host-facts.ts'

test('os-release values come without their quotes', () => {
  const facts = parseOsRelease('NAME="Debian GNU/Linux"\nID=debian\n# x\nODD=\'a b\'\nEMPTY=\n')
  expect(Object.fromEntries(facts)).toEqual({ NAME: 'Debian GNU/Linux', ID: 'debian', ODD: 'a b' })
})

test('a host without these files is still a host', () => {
  const facts = readHostFacts({ etc: '/nowhere', proc: '/nowhere' })
  expect(facts.id).toBe(facts.hostname)
  expect(facts.document).toMatchObject({
    id: facts.id,
    name: facts.hostname,
    os: { type: 'linux' },
  })
})
