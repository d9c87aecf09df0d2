import { messageOf, visibleText, type JsonObject } from '#base'

/** What is fuzzed: one input after another. */
export interface FuzzTarget<Input> {
  next(): Input
  /** What may neither throw nor take long. */
  work(input: Input): void
  /** What is wrong with what comes of an input; undefined: all is well. */
  judge(input: Input): string | undefined
  shown(input: Input): string
  /** What the inputs came to. */
  counts(): JsonObject
}

/** What a run of a target came to. */
export interface FuzzReport {
  readonly slowestMs: number
  /** The first inputs that broke something, each with what it broke. */
  readonly broken: readonly string[]
}

/** Runs so many inputs; ends early after ten that break something. `maxMs` is processor time. */
export function fuzz<Input>(
  target: FuzzTarget<Input>,
  { inputs, maxMs }: { readonly inputs: number; readonly maxMs: number },
): FuzzReport {
  const broken: string[] = []
  let slowestMs = 0
  for (let i = 0; i < inputs && broken.length < 10; i++) {
    const input = target.next()
    let problem: string | undefined
    try {
      const ms = fastestMs(() => target.work(input), maxMs)
      slowestMs = Math.max(slowestMs, ms)
      problem = ms > maxMs ? `takes ${rounded(ms)} ms` : target.judge(input)
    } catch (thrown) {
      problem = `throws ${messageOf(thrown)}`
    }
    if (problem === undefined) continue
    broken.push(`input ${i}: ${problem}: ${visibleText(target.shown(input).slice(0, 2_000))}`)
  }
  return { slowestMs: rounded(slowestMs), broken }
}

/** Of one run, or of several where the first is slow; what others do with the processor meanwhile does not count. */
function fastestMs(work: () => void, maxMs: number): number {
  let fastest = Infinity
  for (let run = 0; run < 5 && fastest > maxMs; run++) {
    const before = process.threadCpuUsage()
    work()
    const { user, system } = process.threadCpuUsage(before)
    fastest = Math.min(fastest, (user + system) / 1_000)
  }
  return fastest
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100
}
