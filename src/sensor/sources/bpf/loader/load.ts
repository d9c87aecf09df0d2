import { Fault } from '#base'
import { SystemCallError, type Kernel } from '../kernel-calls.ts'
import { parseBtf } from './btf.ts'
import { createMap, loadProgram, openRawTracepoint, type MapShape } from './commands.ts'
import { parseElf, type ElfObject } from './elf.ts'
import { linkPrograms, type LinkedProgram } from './link.ts'
import { answerRelocations, parseRelocations } from './relocations.ts'

/** An object in the kernel: its programs run until `detach`, all memory is given back by `free`. */
export interface LoadedObject {
  /** Descriptors of the maps by name. */
  readonly maps: ReadonlyMap<string, number>
  /** Descriptors of the programs by the hook that they are attached to. */
  readonly programs: ReadonlyMap<string, number>
  /** Everything held open, to be closed by somebody else should this thread die. */
  readonly descriptors: readonly number[]
  detach(): void
  /** Detaches too; safe to call again. */
  free(): void
}

/** What to load. */
interface LoadInputs {
  /** A BPF object file, and the running kernel's BTF. */
  readonly object: Uint8Array
  readonly btf: Uint8Array
  /** Entries of the maps whose size the object leaves open. */
  readonly mapEntries: Readonly<Record<string, number>>
}

/**
 * Relocates the object to the running kernel, creates its maps, loads its programs and attaches them.
 * Throws a Fault `sensor.bpf-load` that says what was refused, with the verifier's last words where it was that,
 * and a SystemCallError where rights are missing; nothing stays behind then.
 */
export function loadObject(kernel: Kernel, inputs: LoadInputs): LoadedObject {
  const object = parseElf(inputs.object)
  const types = parseBtf(sectionBytes(object, '.BTF'))
  const relocations = parseRelocations(sectionBytes(object, '.BTF.ext'), types)
  const answers = answerRelocations(relocations, { object: types, kernel: parseBtf(inputs.btf) })
  const licence = new TextDecoder().decode(sectionBytes(object, 'license')).replace(/\0.*/s, '')

  const maps = new Map<string, number>()
  const programs = new Map<string, number>()
  const links: number[] = []
  const close = (fds: Iterable<number>) => {
    for (const fd of fds) kernel.close(fd)
  }
  const detach = () => close(links.splice(0))
  const free = () => {
    detach()
    close(programs.values())
    close(maps.values())
    programs.clear()
    maps.clear()
  }

  try {
    for (const [name, shape] of mapShapes(object, inputs.mapEntries)) {
      const doing = `creating the map ${name} of ${shape.maxEntries} entries`
      maps.set(
        name,
        told(doing, () => createMap(kernel, name, shape)),
      )
    }
    const linked = linkPrograms(object, { relocations, answers, maps })
    for (const program of linked) programs.set(program.section, verified(kernel, program, licence))
    for (const [section, program] of programs) {
      const hook = section.replace(/^[^/]*\//, '')
      const doing = `attaching to the tracepoint ${hook}`
      links.push(told(doing, () => openRawTracepoint(kernel, hook, program)))
    }
  } catch (error) {
    free()
    throw error
  }
  const descriptors = [...links, ...programs.values(), ...maps.values()]
  return { maps, programs, descriptors, detach, free }
}

/** The maps that an object declares: four numbers each, in the section `.maps`. */
export function mapShapes(
  object: ElfObject,
  entries: Readonly<Record<string, number>>,
): ReadonlyMap<string, MapShape> {
  const section = object.section('.maps')
  if (section === undefined) return new Map()
  const { buffer, byteOffset, byteLength } = section.bytes
  const view = new DataView(buffer, byteOffset, byteLength)
  return new Map(
    object.symbols
      .filter((symbol) => symbol.section === section.index && symbol.kind === 'other')
      .map(({ name, value }) => [
        name,
        {
          type: view.getUint32(value, true),
          keyBytes: view.getUint32(value + 4, true),
          valueBytes: view.getUint32(value + 8, true),
          maxEntries: entries[name] ?? view.getUint32(value + 12, true),
        },
      ]),
  )
}

function verified(kernel: Kernel, program: LinkedProgram, licence: string): number {
  const loadable = { name: program.name, code: program.code, licence }
  try {
    return patiently(() => loadProgram(kernel, loadable))
  } catch (error) {
    if (!(error instanceof SystemCallError) || error.reason === 'EPERM') throw error
    const log = new Uint8Array(new ArrayBuffer(4 << 20))
    try {
      return patiently(() => loadProgram(kernel, loadable, log))
    } catch (cause) {
      const words = lastWords(log)
      // The verifier says EACCES too, but never without words; a security module says nothing.
      if (words === '' && isForbidden(error)) throw error
      throw new Fault(
        'internal',
        'sensor.bpf-load',
        `loading the program ${program.name}: the kernel answered ${error.reason}: ${words || 'no reason given'}`,
        { cause },
      )
    }
  }
}

/** Says what was being done, in place of the bare refusal. */
function told(doing: string, run: () => number): number {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof SystemCallError) || isForbidden(error)) throw error
    const message = `${doing}: the kernel answered ${error.reason}`
    throw new Fault('internal', 'sensor.bpf-load', message, { cause: error })
  }
}

/** Without rights there is nothing to explain here; whoever asked for the source knows what to say. */
function isForbidden({ reason }: SystemCallError): boolean {
  return reason === 'EPERM' || reason === 'EACCES'
}

/** The verifier gives up with EAGAIN when a signal comes in (a profiler sends many): it has to be asked again. */
function patiently(load: () => number): number {
  for (let attempt = 1; ; attempt++) {
    try {
      return load()
    } catch (error) {
      const isTransient = error instanceof SystemCallError && error.reason === 'EAGAIN'
      if (!isTransient || attempt === 50) throw error
    }
  }
}

function lastWords(log: Uint8Array): string {
  const end = log.indexOf(0)
  const text = new TextDecoder().decode(log.subarray(0, end === -1 ? log.byteLength : end))
  return text.trim().split('\n').slice(-12).join('\n')
}

function sectionBytes(object: ElfObject, name: string): Uint8Array {
  const section = object.section(name)
  if (section === undefined) {
    throw new Fault('invalid', 'sensor.bpf-object', `reading the BPF object: no section ${name}`)
  }
  return section.bytes
}
