import type { Options } from './command.ts'

/** How results are written. */
export type Format = 'table' | 'json' | 'ndjson' | 'csv'

/** Every {@link Format}. */
export const formats: readonly Format[] = ['table', 'json', 'ndjson', 'csv']

/** The `--format` option. */
export const formatOption: Options = {
  format: {
    kind: 'text',
    value: formats.join('|'),
    help: 'default: table on a terminal, ndjson in a pipe',
  },
}
