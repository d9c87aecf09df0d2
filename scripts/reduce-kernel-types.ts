import { readFileSync, writeFileSync } from 'node:fs'
import { argv, exit, stderr, stdout } from 'node:process'
import { btfBuilder } from '../src/sensor/sources/bpf/loader/btf-builder.fixture.ts'
import { parseBtf, type Btf, type BtfType } from '../src/sensor/sources/bpf/loader/btf.ts'
import {
  answerRelocations,
  parseRelocations,
  plainName,
} from '../src/sensor/sources/bpf/loader/relocations.ts'
import { shippedSection, shippedTypes } from '../src/sensor/sources/bpf/object.fixture.ts'

const help = `Cuts the types of a kernel (4 to 6 MB of BTF) down to what our eBPF programs ask of them (a few KB),
so that tests can relocate the programs to kernels that nobody here runs.

  node scripts/reduce-kernel-types.ts BTF-FILE OUTPUT

BTF-FILE is /sys/kernel/btf/vmlinux of that kernel, or the section .BTF of its vmlinux.
OUTPUT goes to src/sensor/sources/bpf/fixtures/kernels/VERSION.btf.
`

const [input, output] = argv.slice(2)
if (input === undefined || output === undefined || input.startsWith('-')) {
  stdout.write(help)
  exit(input === '--help' ? 0 : 1)
}

const object = shippedTypes()
const relocations = parseRelocations(shippedSection('.BTF.ext'), object)
const wantedNames = namesIn(object)
const kernel = parseBtf(readFileSync(input))
const reduced = reduce(kernel)
const answersFrom = (types: Btf) =>
  JSON.stringify(answerRelocations(relocations, { object, kernel: types }), (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
if (answersFrom(parseBtf(reduced)) !== answersFrom(kernel)) {
  stderr.write('the reduced types give other answers than the whole ones; nothing was written\n')
  exit(1)
}
writeFileSync(output, reduced)
stdout.write(`${output}: ${reduced.byteLength} bytes\n`)

/** Names of our types without flavour, and of all their members and enumerators. */
function namesIn(types: Btf): ReadonlySet<string> {
  const names = new Set<string>()
  for (let id = 1; id <= types.lastId; id++) {
    const type = types.typeAt(id)
    if ('name' in type) names.add(plainName(type.name))
    if ('members' in type) for (const { name } of type.members) names.add(name)
    if ('values' in type) for (const { name } of type.values) names.add(name)
  }
  names.delete('')
  return names
}

/** The kernel's types of our names, with only the members of our names. */
function reduce(types: Btf): Uint8Array {
  const write = btfBuilder()
  const written = new Map<number, number>()

  function copy(id: number): number {
    const known = written.get(id)
    if (known !== undefined) return known
    const copied = copyType(types.resolved(id))
    written.set(id, copied)
    return copied
  }

  function copyType(type: BtfType): number {
    switch (type.kind) {
      case 'int':
      case 'float':
        return write.int(type.name, type.bytes)
      case 'array':
        return write.array(copy(type.of), type.length)
      case 'enum':
        return write.enumeration(
          type.name,
          Object.fromEntries(
            type.values
              .filter(({ name }) => wantedNames.has(name))
              .map(({ name, value }) => [name, Number(value)]),
          ),
        )
      case 'struct':
      case 'union': {
        const members = type.members
          .filter(({ name, isBitfield }) => !isBitfield && (name === '' || wantedNames.has(name)))
          .map(({ name, type: of, bitOffset }) => [name, copy(of), bitOffset / 8] as const)
        return write[type.kind](type.name, type.bytes, members)
      }
      // Nobody looks through a pointer at load time.
      default:
        return write.pointer(0)
    }
  }

  for (const ids of types.idsByName(new Set(relocatedNames())).values()) {
    for (const id of ids) if (types.resolved(id).kind !== 'pointer') copy(id)
  }
  return write.build()
}

/** Names of the types that relocations begin at. */
function relocatedNames(): readonly string[] {
  return relocations.map(({ type }) => {
    const root = object.typeAt(type)
    return 'name' in root ? plainName(root.name) : ''
  })
}
