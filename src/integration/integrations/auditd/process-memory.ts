/** What is remembered of a program that was started. */
export interface StartedProgram {
  readonly entityId: string
  readonly executable: string | undefined
  readonly name: string | undefined
  readonly args: readonly string[]
}

/** The programs that processes of a log run, as far as their starts were read. */
export interface ProcessMemory {
  put(node: string | undefined, pid: number, program: StartedProgram): void
  of(node: string | undefined, pid: number): StartedProgram | undefined
}

/** Starts beyond these make the oldest forgotten. */
const maxPrograms = 32_768

/** A {@link ProcessMemory}. Process numbers come again: it tells of the start that was read last. */
export function processMemory(): ProcessMemory {
  const programs = new Map<string, StartedProgram>()
  const keyOf = (node: string | undefined, pid: number): string => `${pid} ${node ?? ''}`
  return {
    of: (node, pid) => programs.get(keyOf(node, pid)),
    put(node, pid, program) {
      const key = keyOf(node, pid)
      programs.delete(key)
      programs.set(key, program)
      const oldest = programs.keys().next()
      if (programs.size > maxPrograms && !oldest.done) programs.delete(oldest.value)
    },
  }
}
