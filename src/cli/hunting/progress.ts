import type { Terminal } from '../terminal.ts'

/** What a progress line tells. */
interface ProgressFacts {
  readonly readBytes: number
  /** 0: unknown. */
  readonly totalBytes: number
  readonly events: number
  readonly alerts: number
}

/** A line on the error stream that says how far the work is. */
export interface Progress {
  /** Redraws when it is time to; cheap to call often. */
  tell(facts: ProgressFacts): void
  /** Takes the line away, before results are written and at the end. */
  clear(): void
}

const firstMs = 300
const everyMs = 100
const everyMsWithoutTty = 30_000

/** A {@link Progress}: ten times a second on a terminal, else a line every half minute. */
export function progressLine(terminal: Terminal): Progress {
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
      const text = progressText(facts, nowMs - startedMs)
      if (!terminal.errIsTty) {
        terminal.note(`${text}\n`)
        return
      }
      terminal.note(`\r\u001b[K${text.slice(0, terminal.columns - 1)}`)
      drawn = true
    },
  }
}

function progressText(
  { readBytes, totalBytes, events, alerts }: ProgressFacts,
  tookMs: number,
): string {
  const rate = `${Math.round(events / Math.max(0.001, tookMs / 1000)).toLocaleString('en')} events/s`
  const found = `${events.toLocaleString('en')} events, ${rate}, ${alerts} alerts`
  if (totalBytes === 0) return `hunt ${found}`
  const share = Math.min(1, readBytes / totalBytes)
  const bar = '#'.repeat(Math.round(share * 20)).padEnd(20, '.')
  const leftSeconds = share === 0 ? 0 : Math.round((tookMs / share - tookMs) / 1000)
  return `hunt [${bar}] ${Math.floor(share * 100)}% ${found}, ${leftSeconds}s left`
}
