import { expect, test } from 'vitest'
import { parseImageReference } from './image-reference.ts'

const digest = `sha256:${'ab'.repeat(32)}`

test.each([
  ['nginx', { name: 'nginx', tags: ['latest'], digests: [] }],
  ['nginx:1.25', { name: 'nginx', tags: ['1.25'], digests: [] }],
  ['host:5000/team/web', { name: 'host:5000/team/web', tags: ['latest'], digests: [] }],
  ['host:5000/team/web:2', { name: 'host:5000/team/web', tags: ['2'], digests: [] }],
  [`web@${digest}`, { name: 'web', tags: [], digests: [digest] }],
  [`web:1@${digest}`, { name: 'web', tags: ['1'], digests: [digest] }],
  [digest, { name: undefined, tags: [], digests: [digest] }],
  ['ab'.repeat(32), { name: undefined, tags: [], digests: [digest] }],
])('the image reference %s is taken apart', (reference, parts) => {
  expect(parseImageReference(reference)).toEqual(parts)
})
