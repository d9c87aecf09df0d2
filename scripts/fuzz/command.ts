import { parseArgs } from 'node:util'
import { messageOf } from '#base'
import { fuzz, type FuzzTarget } from './fuzz.ts'
import { seededDraw } from './random.ts'

/** Milliseconds of processor time that one input may take. */
export const maxMs = 50

/** What is common to all commands that fuzz: their arguments, and how they run a target and end. */
export interface FuzzCommand {
  /** What is to be fed. */
  readonly of: string
  readonly draw: ReturnType<typeof seededDraw>
  /** Feeds the target, prints a row with what is `told` beside, and ends the process: 1 when an input broke something. */
  run<Input>(target: FuzzTarget<Input>, told?: { readonly [name: string]: number }): never
  /** Ends the process with the usage, as for a wrong call. */
  refuse(): never
}

/** Reads the command line: `[INPUTS] [--of TARGET] [--seed NUMBER]`. */
export function fuzzCommand(
  usage: string,
  { of: first, inputs: most }: { readonly of: string; readonly inputs: (of: string) => number },
): FuzzCommand {
  const { values, positionals } = read(usage, first)
  const { of } = values
  const inputs = Number(positionals[0] ?? most(of))
  const seed = Number(values.seed)
  if (values.help === true) stop(usage, 0)
  if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed)) stop(usage, 2)
  return {
    of,
    draw: seededDraw(seed),
    refuse: () => stop(usage, 2),
    run(target, told = {}) {
      const { slowestMs, broken } = fuzz(target, { inputs, maxMs })
      console.log(JSON.stringify({ of, inputs, seed, ...told, slowestMs, ...target.counts() }))
      for (const each of broken) console.log(each)
      process.exit(broken.length === 0 ? 0 : 1)
    },
  }
}

function read(usage: string, of: string) {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        of: { type: 'string', default: of },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (thrown) {
    return stop(`${messageOf(thrown)}\n\n${usage}`, 2)
  }
}

function stop(text: string, code: number): never {
  console.log(text)
  process.exit(code)
}
