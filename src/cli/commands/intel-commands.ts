import type { Command } from '../command.ts'
import { connectOptions } from '../connect-options.ts'
import { many } from './takes.ts'

/** Verbs about indicators. */
export const intelCommands: readonly Command[] = [
  {
    name: ['intel', 'import'],
    summary: 'store lists of known bad addresses, hashes, URLs… for threat_match rules',
    arguments: 'FILE…',
    takes: many,
    options: {
      ...connectOptions,
      format: {
        kind: 'text',
        value: 'auto|stix|csv|ndjson',
        help: 'how the files are written, default auto: told by their text',
      },
      provider: {
        kind: 'text',
        value: 'NAME',
        help: 'whose list it is, where the list does not say; default: the name of the file',
      },
      expires: {
        kind: 'text',
        value: 'DURATION',
        help: 'how long indicators count that do not say it themselves: 30d; default: without end',
      },
    },
    examples: [
      'vedette intel import bundle.json --expires 30d',
      'curl -s https://lists.example/ips.txt | vedette intel import - --provider example',
    ],
    notes: [
      'STIX 2.1 bundles, CSV (with a header, or one value a line), NDJSON (ECS, or {"value", "type"}); `-` is',
      'stdin. What is there already is not stored twice. Exit code 6: some lines could not be read.',
    ],
    run: async (call, terminal) => (await import('../intel-import.ts')).intelImport(call, terminal),
  },
]
