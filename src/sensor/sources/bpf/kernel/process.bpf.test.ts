import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { shippedTypes } from '../object.fixture.ts'
import { exec, exit, head } from '../record-layout.ts'

test('the shipped object is what its source compiles to', (context) => {
  const script = fileURLToPath(new URL('../../../../../scripts/build-bpf.ts', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  context.skip(status === 3, stderr.trim())
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

test.each([
  ['record_head', head],
  ['exec_record', exec],
  ['exit_record', exit],
])('the reader looks for the members of %s where the programs write them', (name, layout) => {
  const types = shippedTypes()
  const [id = 0] = types.idsByName(new Set([name])).get(name) ?? []
  const type = types.typeAt(id)
  const { bytes, members } = type.kind === 'struct' ? type : { bytes: 0, members: [] }
  const places = members
    .filter((member) => !['head', 'unused'].includes(member.name))
    .map((member): [string, number] => [readerName(member.name), member.bitOffset / 8])
  const { maxGroups: _, ...expected } = { maxGroups: 0, ...layout }
  expect({ ...Object.fromEntries(places), bytes }).toEqual(expected)
})

/** `start_boot_ns` is `startBootNs` to the reader, `cwd` is spelled out. */
function readerName(member: string): string {
  return member
    .replace(/^cwd/, 'working_directory')
    .replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
