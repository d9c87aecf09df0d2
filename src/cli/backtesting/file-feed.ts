import { inputsAt } from '../hunting/inputs.ts'
import { inputReader } from '../hunting/tally.ts'
import type { Terminal } from '../terminal.ts'
import type { Feed } from './feed.ts'

/** Events of NDJSON files, directories of them, or stdin. Nothing is installed beside them. */
export function fileFeed(
  paths: readonly string[],
  { terminal, namelessIndex }: { readonly terminal: Terminal; readonly namelessIndex: string },
): Feed {
  return {
    installedOf: async () => undefined,
    exceptionsOf: async () => ({ items: [], valueLists: [] }),
    close: async () => undefined,
    async read({ take, keptUp }) {
      const { inputs, unreadable } = await inputsAt(paths)
      const reader = inputReader({
        terminal,
        look: (event) => {
          take(event)
          return []
        },
        keptUp,
        namelessIndex,
        isWithin: undefined,
        totalBytes: inputs.reduce((sum, { bytes }) => sum + bytes, 0),
        onAlerts: () => undefined,
      })
      for (const { path, reason } of unreadable) reader.tellUnreadable(path, reason)
      for (const input of inputs) await reader.read(input)
      reader.end()
      return { unreadable: reader.tally.unreadable }
    },
  }
}
