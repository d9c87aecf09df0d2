import { Fault } from '#base'
import { textPart, type Action } from '../../action.ts'
import { inWords, meantProcess, onProcess, spared, treeOf } from '../../process-target.ts'
import type { Host, ProcessFacts } from '../../host.ts'

/** A tree that makes new processes faster than this many looks is told of, and ended as far as it was seen. */
const mostLooks = 20

/** Ends a process and everything that it started. */
export const processKillTree: Action = {
  ...onProcess,
  id: 'process-kill-tree',
  title: 'End the process and what it started',
  effect:
    'All of them are stopped first, so that none starts another, and then ended; what they had in memory is lost.',
  undo: '',
  async preview(values, { host }) {
    const tree = treeOf(meantProcess(values, host), host)
    return {
      summary: `${tree.length} processes would be ended`,
      parts: [textPart('processes', tree.map(inWords).join('\n'))],
    }
  },
  async run(values, { host }) {
    const root = meantProcess(values, host)
    const stopped = frozen(root, host)
    for (const each of stopped.values()) signalled(each, 'SIGKILL', host)
    const lines = Array.from(stopped.values(), inWords)
    return {
      summary: `ended ${stopped.size} processes, the first ${inWords(root)}`,
      parts: [textPart('processes', lines.join('\n'))],
    }
  },
}

/** Stops a tree from above until a look finds nothing new. */
function frozen(root: ProcessFacts, host: Host): ReadonlyMap<string, ProcessFacts> {
  const stopped = new Map<string, ProcessFacts>()
  for (let look = 0; look < mostLooks; look++) {
    const fresh = treeOf(root, host).filter(
      (each) => !stopped.has(each.entityId) && spared(each, host.processes.own) === undefined,
    )
    if (fresh.length === 0) break
    for (const each of fresh) if (signalled(each, 'SIGSTOP', host)) stopped.set(each.entityId, each)
  }
  return stopped
}

/** Whether it was still there. */
function signalled(process: ProcessFacts, signal: 'SIGSTOP' | 'SIGKILL', host: Host): boolean {
  try {
    host.processes.signal(process, signal)
    return true
  } catch (thrown) {
    // What ended by itself meanwhile is as good as ended.
    if (thrown instanceof Fault && thrown.kind === 'not-found') return false
    throw thrown
  }
}
