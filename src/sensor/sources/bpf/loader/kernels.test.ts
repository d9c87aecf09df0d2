import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { shippedObject, shippedSection, shippedTypes } from '../object.fixture.ts'
import { parseBtf, type Btf } from './btf.ts'
import { linkPrograms } from './link.ts'
import { answerRelocations, parseRelocations } from './relocations.ts'

const folder = new URL('../fixtures/kernels/', import.meta.url)

/** Which shapes of renamed members each saved kernel has. */
const shapes: Readonly<Record<string, { readonly changeTime: string; readonly kernfs: string }>> = {
  '6.1-debian-12.btf': { changeTime: 'inode___plain_ctime', kernfs: 'kernfs_node___before_rename' },
  '6.12-debian-12-backports.btf': {
    changeTime: 'inode___split_ctime',
    kernfs: 'kernfs_node___before_rename',
  },
  '6.18.btf': { changeTime: 'inode___split_ctime', kernfs: 'kernfs_node' },
}

/** Every question of the shipped object, asked of a kernel. */
function askAll(kernel: Btf) {
  const object = shippedTypes()
  const relocations = parseRelocations(shippedSection('.BTF.ext'), object)
  const answers = answerRelocations(relocations, { object, kernel })
  const names = relocations.map(({ type }) => {
    const root = object.typeAt(type)
    return 'name' in root ? root.name : ''
  })
  const namesWhere = (isAnswered: boolean) =>
    new Set(names.filter((_, nth) => (answers[nth]?.actual !== undefined) === isAnswered))
  return { relocations, answers, answered: namesWhere(true), unanswered: namesWhere(false) }
}

test('all saved kernels are known by their shapes', () => {
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(shapes))
})

test.each(Object.entries(shapes))(
  'the programs relocate to %s, in the shape that it has',
  (name, { changeTime, kernfs }) => {
    const { relocations, answers, answered, unanswered } = askAll(
      parseBtf(readFileSync(new URL(name, folder))),
    )
    const others = [
      'inode___plain_ctime',
      'inode___private_ctime',
      'inode___split_ctime',
      'kernfs_node',
      'kernfs_node___before_rename',
    ].filter((shape) => shape !== changeTime && shape !== kernfs)
    expect(answered).toContain(changeTime)
    expect(answered).toContain(kernfs)
    expect([...unanswered].filter((shape) => !others.includes(shape))).toEqual([
      'task_struct___real_start',
    ])
    const maps = new Map([
      ['ring', 3],
      ['workbenches', 4],
      ['tallies', 5],
    ])
    expect(linkPrograms(shippedObject(), { relocations, answers, maps })).toHaveLength(3)
  },
)
