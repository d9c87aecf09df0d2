import type { ExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

/** One option of a command, for parsing and for help. */
interface Option {
  readonly kind: 'text' | 'switch'
  readonly short?: string
  /** May be given more than once. */
  readonly multiple?: boolean
  /** What stands for the value in help: `DIR`. */
  readonly value?: string
  readonly help: string
}

/** Options by their long names. */
export type Options = { readonly [name: string]: Option }

/** What a command line says, checked against the command's options. */
export interface Call {
  readonly positionals: readonly string[]
  /** The last value given for an option. */
  text(name: string): string | undefined
  texts(name: string): readonly string[]
  has(name: string): boolean
}

/** One verb. */
export interface Command {
  /** `['alert', 'list']` */
  readonly name: readonly string[]
  readonly summary: string
  /** What follows the name: `PATH… [options]`. */
  readonly arguments?: string
  /** How many positionals it takes. */
  readonly takes: { readonly min: number; readonly max: number }
  readonly options: Options
  readonly examples: readonly string[]
  /** Further lines of help. */
  readonly notes?: readonly string[]
  run(call: Call, terminal: Terminal): Promise<ExitCode>
}
