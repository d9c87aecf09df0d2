import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { whyNoKernelTypes } from '../kernel-types.fixture.ts'
import { loadKernel } from '../kernel-calls.ts'
import { kernelTypesPath, probeBpf } from '../probe.ts'
import { loadObject } from './load.ts'

const object = readFileSync(new URL('../kernel/process.bpf.o', import.meta.url))

function whyNot(): string | undefined {
  const probe = probeBpf()
  return whyNoKernelTypes() ?? (probe.possible ? undefined : `no eBPF here: ${probe.reason}`)
}

test('what the kernel refuses is told by what was being done', (context) => {
  const why = whyNot()
  context.skip(why !== undefined, why)
  const inputs = { object, btf: readFileSync(kernelTypesPath), mapEntries: { ring: 12_345 } }
  expect(() => loadObject(loadKernel(), inputs)).toThrow(
    /^creating the map (workbenches of 0|ring of 12345) entries: the kernel answered EINVAL$/,
  )
})

test("a program that the verifier refuses is told with the verifier's words", (context) => {
  const why = whyNot()
  context.skip(why !== undefined, why)
  // Types of a kernel that lacks what the programs need: their live instructions are poisoned.
  const btf = readFileSync(new URL('../fixtures/kernels/6.18.btf', import.meta.url))
  const renamed = Buffer.from(
    Buffer.from(btf).toString('latin1').replace('\0mm_struct\0', '\0xx_struct\0'),
    'latin1',
  )
  const inputs = { object, btf: renamed, mapEntries: { ring: 65_536, workbenches: 1 } }
  expect(() => loadObject(loadKernel(), inputs)).toThrow(
    /loading the program on_exec: the kernel answered EINVAL: [\s\S]*invalid func unknown#/,
  )
})
