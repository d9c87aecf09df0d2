import { watch, type FSWatcher } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '#base'

/** Editors save in several steps; what follows within this time is one change. */
const settleMs = 150

/** What says when files have changed. */
export interface FileWatch {
  /** Resolves once something changed since the last call and is at rest, or the signal aborted. */
  changed(): Promise<void>
  close(): void
}

/** Watches folders with all below them, and the folders of files, for changes of files that `isWanted`. */
export async function watchFiles(
  paths: readonly string[],
  {
    clock,
    signal,
    isWanted,
  }: {
    readonly clock: Clock
    readonly signal: AbortSignal
    readonly isWanted: (name: string) => boolean
  },
): Promise<FileWatch> {
  const count = { changes: 0, seen: 0 }
  let wake: () => void = () => undefined
  const watchers: FSWatcher[] = []
  for (const path of paths) {
    const isFolder = (await stat(path)).isDirectory()
    const watcher = watch(isFolder ? path : dirname(path), { recursive: isFolder })
    watcher.on('change', (_kind, name) => {
      if (name !== null && !isWanted(String(name))) return
      count.changes++
      wake()
    })
    // A folder that was taken away tells of it once; what is gone cannot change any more.
    watcher.on('error', () => watcher.close())
    watchers.push(watcher)
  }
  signal.addEventListener('abort', () => wake(), { once: true })
  const settled = async (): Promise<void> => {
    do {
      count.seen = count.changes
      await clock.sleep(settleMs, signal).catch(() => undefined)
    } while (count.seen !== count.changes && !signal.aborted)
  }
  return {
    async changed() {
      while (count.seen === count.changes && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (!signal.aborted) await settled()
    },
    close: () => {
      for (const watcher of watchers) watcher.close()
    },
  }
}
