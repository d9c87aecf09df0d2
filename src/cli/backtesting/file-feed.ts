import { inputsAt } from '../hunting/inputs.ts'
import { soloCrew } from '../hunting/crew.ts'
import type { SiftPlan } from '../hunting/sift-plan.ts'
import { inputReader } from '../hunting/input-reader.ts'
import { untilAborted } from '../hunting/until-aborted.ts'
import type { Terminal } from '../terminal.ts'
import type { Feed } from './feed.ts'

/** Sifts nothing out. */
function everything({ clock }: Terminal): SiftPlan {
  return { filters: [{ kind: 'all' }], nowMs: clock.nowMs(), within: undefined, texts: undefined }
}

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
        onAlerts: () => undefined,
      })
      for (const { path, reason } of unreadable) reader.tellUnreadable(path, reason)
      const input = untilAborted(terminal.input, terminal.signal)
      await reader.read(inputs, soloCrew(everything(terminal), input))
      return { unreadable: reader.tally.unreadable }
    },
  }
}
