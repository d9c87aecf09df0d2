import type { Terminal } from '../terminal.ts'

/** A line on the error stream that says how far the work is. */
export interface Progress<Facts> {
  /** Redraws when it is time to; cheap to call often. */
  tell(facts: Facts): void
  /** Takes the line away, before results are written and at the end. */
  clear(): void
}

const firstMs = 300
const everyMs = 100
const everyMsWithoutTty = 30_000

/** A {@link Progress}: ten times a second on a terminal, else a line every half minute. */
export function progressLine<Facts>(
  terminal: Terminal,
  textOf: (facts: Facts, tookMs: number) => string,
): Progress<Facts> {
  const startedMs = terminal.clock.nowMs()
  let nextMs = startedMs + (terminal.errIsTty ? firstMs : everyMsWithoutTty)
  let drawn = false
  const clear = (): void => {
    if (drawn) terminal.note('\r\u001b[K')
    drawn = false
  }
  return {
    clear,
    tell(facts) {
      const nowMs = terminal.clock.nowMs()
      if (nowMs < nextMs) return
      nextMs = nowMs + (terminal.errIsTty ? everyMs : everyMsWithoutTty)
      const text = textOf(facts, nowMs - startedMs)
      if (!terminal.errIsTty) {
        terminal.note(`${text}\n`)
        return
      }
      terminal.note(`\r\u001b[K${text.slice(0, terminal.columns - 1)}`)
      drawn = true
    },
  }
}
