import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Clock } from '#base'
import type { ProcessRecord } from './record.ts'

/** A harmless program of our own that must come back as an exec record: the proof that the sensor sees. */
export interface Canary {
  /** Looks for the canary among the records; call it with every record. */
  observe(record: ProcessRecord): void
  /** Starts the program and waits for its record. Milliseconds from start to record, undefined when it never came. */
  fly(timeoutMs: number, signal?: AbortSignal): Promise<number | undefined>
}

/** A canary on this host. It is a shell that waits for its input, so that it lives until it was seen. */
export function canary(clock: Clock, { shell = '/bin/sh' } = {}): Canary {
  let awaited: { readonly name: string; readonly seen: () => void } | undefined
  return {
    observe(record) {
      if (awaited === undefined || record.kind !== 'exec') return
      if (record.args.includes(awaited.name)) awaited.seen()
    },
    async fly(timeoutMs, signal) {
      const name = `vedette-canary-${randomUUID()}`
      const timeout = new AbortController()
      const startMs = clock.nowMs()
      const seen = new Promise<number>((resolve) => {
        awaited = { name, seen: () => resolve(clock.nowMs() - startMs) }
      })
      const child = spawn(shell, ['-c', 'read -r line', name], {
        stdio: ['pipe', 'ignore', 'ignore'],
        env: {},
      })
      // Without a shell there is nothing to see either; the timeout tells.
      child.on('error', () => undefined)
      child.stdin.on('error', () => undefined)
      const late = clock
        .sleep(timeoutMs, AbortSignal.any([timeout.signal, ...(signal ? [signal] : [])]))
        .catch(() => undefined)
      try {
        return (await Promise.race([seen, late])) ?? undefined
      } finally {
        awaited = undefined
        timeout.abort()
        child.stdin.end()
        if (child.pid !== undefined && child.exitCode === null) await once(child, 'exit')
      }
    },
  }
}
