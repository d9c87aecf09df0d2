import { expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { kuery } from '../kuery/kuery.ts'
import { necessaryTerms } from './necessary-terms.ts'
import { normalForm } from './normal-form.ts'
import { planFields } from './plan-fields.ts'

function termsOf(text: string): readonly string[] {
  const plan = kuery.parse(text)
  if (!plan.ok) throw new Error(text)
  return necessaryTerms(plan.value, ecsCatalogue())
    .map((clause) =>
      clause
        .map((term) => (term.kind === 'value' ? `${term.field}=${term.value}` : term.field))
        .join(' | '),
    )
    .toSorted()
}

test.each<[string, readonly string[]]>([
  [
    'event.category:process and host.os.type:linux',
    ['event.category=process', 'host.os.type=linux'],
  ],
  ['process.name:(sh or bash)', ['process.name=bash | process.name=sh']],
  ['process.name:sh or user.name:root', ['process.name=sh | user.name=root']],
  [
    'process.name:sh or (user.name:root and process.args:*x*)',
    ['process.name=sh | user.name=root'],
  ],
  ['process.name:sh or not user.name:root', []],
  ['not (not process.name:sh)', ['process.name=sh']],
  ['not (process.name:sh or user.name:root)', []],
  ['process.args:*x*', ['process.args']],
  ['process.pid:42 and source.ip:10.0.0.0/8', ['process.pid', 'source.ip']],
  ['@timestamp > now-1d', ['@timestamp']],
  ['process.name.caseless:SH', ['process.name | process.name.caseless']],
  ['message:error', ['message']],
  ['okta.actor.id:x and okta.actor.count:7', ['okta.actor.count', 'okta.actor.id=x']],
  ['process.name:*', ['process.name']],
  ['process.hash:*', []],
  ['process.*:x', []],
  ['x', []],
  ['email.attachments:{ file.name:x }', ['email.attachments.file.name=x']],
  ['*:*', []],
  ['not *:*', ['']],
  ['process.name:sh and not *:*', ['']],
])('%s needs %j', (text, terms) => {
  expect(termsOf(text)).toEqual(terms)
})

test('a list too long to look up is told by its field', () => {
  const values = Array.from({ length: 2000 }, (_, i) => `v${i}`)
  const field = { kind: 'field', name: 'process.name' } as const
  expect(necessaryTerms({ kind: 'match-any', field, values }, ecsCatalogue())).toEqual([
    [{ kind: 'field', field: 'process.name' }],
  ])
})

test('the fields of a plan are told once each, with patterns and paths', () => {
  const plan = kuery.parse('b:1 and (a:2 or not a:*) and n:{ c > 3 } and x*:y and z')
  expect(plan.ok && planFields(plan.value)).toEqual(['*', 'a', 'b', 'n', 'n.c', 'x*'])
})

test.each([
  ['a:(1 or 2)', 'a:(2 or 1)'],
  ['not (a:1 or b:2)', 'not b:2 and not a:1'],
  ['a:1 and a:1', 'a:1'],
  ['a:1 or *:*', '*'],
  ['a:1 and not *:*', 'not *'],
  ['a:1 or (b:2 or c:3)', '(c:3 or a:1) or b:2'],
])('%s and %s have one normal form', (left, right) => {
  const [a, b] = [kuery.parse(left), kuery.parse(right)]
  expect(a.ok && b.ok).toBe(true)
  if (a.ok && b.ok) expect(normalForm(a.value)).toEqual(normalForm(b.value))
})
