import { expect, test } from 'vitest'
import { secretsOf } from './secrets-of.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

test.each([
  ['Bearer secret', ['secret']],
  ['bearer secret ', ['secret']],
  ['ApiKey secret', ['secret']],
  [`ApiKey ${base64('id:secret')}`, [base64('id:secret'), 'secret']],
  [`Basic ${base64('elastic:se:cret')}`, ['se:cret']],
])('%s carries %j', (header, secrets) => {
  expect(secretsOf(header)).toEqual(secrets)
})

test.each([undefined, '', 'secret', 'Bearer', 'Basic secret', 'Digest a=b', 'Bearer two words'])(
  '%s carries nothing',
  (header) => {
    expect(secretsOf(header)).toEqual([])
  },
)
