import { Fault, assert } from '#base'
import type { ElfObject, ElfSection, ElfSymbol } from './elf.ts'
import {
  applyAnswer,
  callDistance,
  instructionBytes,
  isFunctionCall,
  setCallDistance,
  setMap,
} from './instructions.ts'
import type { Answer, Relocation } from './relocations.ts'

/** A program as the kernel takes it: its instructions, those of every function it calls appended. */
export interface LinkedProgram {
  /** Section of its entry, which says where it attaches: `raw_tp/sched_process_exec`. */
  readonly section: string
  readonly name: string
  readonly code: Uint8Array
}

/** What linking needs beside the object. */
export interface LinkInputs {
  readonly relocations: readonly Relocation[]
  /** One for each relocation. */
  readonly answers: readonly Answer[]
  /** Descriptors of the created maps by name. */
  readonly maps: ReadonlyMap<string, number>
}

const programBits = 1

/** Every program of the object (functions in a section named `hook/…`), relocated and linked, in file order. */
export function linkPrograms(object: ElfObject, inputs: LinkInputs): readonly LinkedProgram[] {
  const codeOf = relocatedSections(object, inputs)
  return object.sections
    .filter(({ name }) => name.includes('/') && !name.startsWith('.'))
    .map((section) => {
      const entry = functionAt(object, section, 0)
      return { section: section.name, name: entry.name, code: link(object, entry, codeOf) }
    })
}

/** Copies of the code sections with types and maps filled in, by section index. */
function relocatedSections(
  object: ElfObject,
  { relocations, answers, maps }: LinkInputs,
): ReadonlyMap<number, DataView> {
  const copies = new Map<number, DataView>()
  for (const section of object.sections) {
    if (section.type === programBits) {
      copies.set(section.index, new DataView(new Uint8Array(section.bytes).buffer))
    }
  }
  relocations.forEach((relocation, nth) => {
    const section = object.section(relocation.section)
    const code = section && copies.get(section.index)
    const answer = answers[nth]
    assert(code && answer, 'a relocation names a section of the object and has an answer')
    applyAnswer(code, relocation.offset, answer)
  })
  const mapSection = object.section('.maps')?.index
  for (const section of object.sections) {
    const code = copies.get(section.index)
    if (code === undefined || section.name.startsWith('.BTF')) continue
    for (const { offset, symbol } of object.relocationsOf(section)) {
      if (symbol.section !== mapSection) continue
      const fd = maps.get(symbol.name)
      if (fd === undefined) {
        throw new Fault('invalid', 'sensor.bpf-object', `linking: no map named ${symbol.name}`)
      }
      setMap(code, offset, fd)
    }
  }
  return copies
}

/** A called function and where it begins in the linked program, in bytes. */
interface Placed {
  readonly symbol: ElfSymbol
  readonly base: number
}

function link(
  object: ElfObject,
  entry: ElfSymbol,
  codeOf: ReadonlyMap<number, DataView>,
): Uint8Array {
  const placed: Placed[] = [{ symbol: entry, base: 0 }]
  const calls: { readonly at: number; readonly target: Placed }[] = []
  let end = entry.bytes

  // Grows while it is walked: every function found may call others.
  for (const { symbol, base } of placed) {
    for (const { offset, callee } of callsOf(object, symbol, codeOf)) {
      let target = placed.find((known) => known.symbol === callee)
      if (target === undefined) {
        target = { symbol: callee, base: end }
        placed.push(target)
        end += callee.bytes
      }
      calls.push({ at: base + offset, target })
    }
  }

  const program = new Uint8Array(new ArrayBuffer(end))
  for (const { symbol, base } of placed) {
    const code = codeOf.get(symbol.section)
    assert(code, 'a function lies in a code section')
    program.set(new Uint8Array(code.buffer, symbol.value, symbol.bytes), base)
  }
  const code = new DataView(program.buffer)
  for (const { at, target } of calls) {
    setCallDistance(code, at, (target.base - at) / instructionBytes - 1)
  }
  return program
}

/** The calls inside a function: byte offset from its start, and whom they call. */
function callsOf(
  object: ElfObject,
  { section: index, value, bytes }: ElfSymbol,
  codeOf: ReadonlyMap<number, DataView>,
): readonly { readonly offset: number; readonly callee: ElfSymbol }[] {
  const section = object.sections[index]
  const code = codeOf.get(index)
  assert(section && code, 'a function lies in a code section')
  const symbols = new Map(object.relocationsOf(section).map((r) => [r.offset, r.symbol]))
  const found: { offset: number; callee: ElfSymbol }[] = []
  for (let offset = value; offset < value + bytes; offset += instructionBytes) {
    if (!isFunctionCall(code, offset)) continue
    const distance = (callDistance(code, offset) + 1) * instructionBytes
    const symbol = symbols.get(offset)
    // Without a relocation the call is relative to itself, with one to the symbol.
    const home = symbol === undefined ? section : object.sections[symbol.section]
    assert(home, 'a call leads into a section')
    const target = symbol === undefined ? offset + distance : symbol.value + distance
    found.push({ offset: offset - value, callee: functionAt(object, home, target) })
  }
  return found
}

function functionAt(object: ElfObject, section: ElfSection, value: number): ElfSymbol {
  const found = object.symbols.find(
    (symbol) =>
      symbol.kind === 'function' && symbol.section === section.index && symbol.value === value,
  )
  if (found === undefined) {
    throw new Fault(
      'invalid',
      'sensor.bpf-object',
      `linking: no function at ${section.name}+${value}`,
    )
  }
  return found
}
