import { expect, test } from 'vitest'
import { filterPath } from './filter-path.ts'

const answer = {
  took: 3,
  errors: true,
  items: [
    { create: { _id: 'a', status: 201 } },
    { index: { _id: 'b', status: 400, error: { type: 't', reason: 'r' } } },
  ],
}

test.each([
  ['errors', { errors: true }],
  [
    'errors,items.*.status',
    { errors: true, items: [{ create: { status: 201 } }, { index: { status: 400 } }] },
  ],
  [
    'items.create.status,items.index.error',
    { items: [{ create: { status: 201 } }, { index: { error: { type: 't', reason: 'r' } } }] },
  ],
  ['items.*.error.re*', { items: [{ index: { error: { reason: 'r' } } }] }],
  ['**.reason', { items: [{ index: { error: { reason: 'r' } } }] }],
  ['-items', { took: 3, errors: true }],
  [
    'items.*,-items.*.error,-items.*._id',
    { items: [{ create: { status: 201 } }, { index: { status: 400 } }] },
  ],
  ['nothing.here', {}],
  ['', answer],
])('filter_path=%s leaves what it names', (expression, left) => {
  expect(filterPath(answer, expression)).toEqual(left)
})
