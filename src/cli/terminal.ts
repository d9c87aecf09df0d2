import { styleText } from 'node:util'
import { visibleText, type Clock } from '#base'

/** Colours by what they mean. */
export type Tone = 'strong' | 'faint' | 'good' | 'warning' | 'bad'

/** Where a command reads and writes, and what it may assume of the other side. */
export interface Terminal {
  /** Results. */
  out(text: string): void
  /** Resolves when whoever reads the results has kept up: wait for it between portions of much output. */
  drained(): Promise<void>
  /** Errors and warnings. */
  err(text: string): void
  /** What `--quiet` leaves out: progress, hints, summaries. */
  note(text: string): void
  readonly input: AsyncIterable<Uint8Array>
  readonly outIsTty: boolean
  readonly errIsTty: boolean
  readonly columns: number
  readonly env: { readonly [name: string]: string | undefined }
  readonly clock: Clock
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal
  /** Text in a colour where colours are wanted, else as it is. */
  tint(tone: Tone, text: string): string
}

const styles = {
  strong: 'bold',
  faint: 'dim',
  good: 'green',
  warning: 'yellow',
  bad: 'red',
} as const

/** Colours for a stream, or none. */
export function tinter(coloured: boolean): Terminal['tint'] {
  if (!coloured) return (_tone, text) => text
  return (tone, text) => styleText(styles[tone], text, { validateStream: false })
}

/** Whether to colour, by the habits of `NO_COLOR`, `FORCE_COLOR` and `TERM`. */
export function wantsColour(
  env: Terminal['env'],
  { isTty, refused }: { readonly isTty: boolean; readonly refused: boolean },
): boolean {
  if (refused || (env['NO_COLOR'] ?? '') !== '') return false
  if ((env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0') return true
  return isTty && env['TERM'] !== 'dumb'
}

/** A value from outside as text that cannot harm a terminal; absent values are empty. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map(shown).join(', ')
  return visibleText(typeof value === 'string' ? value : JSON.stringify(value))
}
