import { Fault, numberIn, textIn, type Parameters, type Values } from '#base'
import type { Action } from './action.ts'
import type { Host, ProcessFacts } from './host.ts'

/** The process that an action is about. */
export const processParameters: Parameters = {
  pid: { kind: 'number', title: 'Process number', least: 2, most: 4_194_304 },
  entity_id: {
    kind: 'text',
    title: 'Entity id',
    help: '`process.entity_id` of its events: it tells a process from a later one with the same number',
    required: true,
    maxLength: 200,
  },
}

/** What every action on a process has in common. */
export const onProcess = {
  on: 'process',
  need: 'signals',
  permission: 'respond',
  changesNothing: false,
  timeoutMs: 20_000,
  parameters: processParameters,
  target: (values: Values) => `process ${numberIn(values, 'pid')}`,
} as const satisfies Partial<Action>

/**
 * The very process that is meant. Faults: `not-found` where it ended or its number is another's by now, `forbidden` for threads of the
 * kernel, for the first process, and for what Vedette itself runs in.
 */
export function meantProcess(values: Values, { processes }: Host): ProcessFacts {
  const pid = numberIn(values, 'pid') ?? 0
  const found = processes.of(pid)
  if (found === undefined) {
    throw new Fault('not-found', 'respond.process-gone', `there is no process ${pid}: it ended`)
  }
  if (found.entityId !== textIn(values, 'entity_id')) {
    const message = `the process that was ${pid} ended, and its number is another's by now (${found.commandLine.slice(0, 100)}): nothing was done`
    throw new Fault('not-found', 'respond.pid-reused', message)
  }
  const why = spared(found, processes.own)
  if (why === undefined) return found
  throw new Fault(
    'forbidden',
    'respond.process-spared',
    `process ${pid} is ${why}: nothing was done`,
  )
}

/** Why a process is left alone whatever is asked; undefined: it may be signalled. */
export function spared(
  { pid, isKernelThread }: ProcessFacts,
  own: ReadonlySet<number>,
): string | undefined {
  if (pid <= 1) return 'the first of the host'
  if (isKernelThread) return 'a thread of the kernel'
  return own.has(pid) ? 'one that Vedette itself runs in' : undefined
}

/** A process in a few words. */
export function inWords({ pid, user, commandLine }: ProcessFacts): string {
  return `${pid} of ${user}: ${commandLine.slice(0, 200)}`
}

/** A process and what it started, itself first, parents before children. */
export function treeOf(root: ProcessFacts, { processes }: Host): readonly ProcessFacts[] {
  const children = Map.groupBy(processes.list(), ({ parentPid }) => parentPid)
  const found = [root]
  const seen = new Set([root.pid])
  // The list grows while it is walked through.
  for (const { pid } of found) {
    for (const child of children.get(pid) ?? []) {
      if (seen.has(child.pid)) continue
      seen.add(child.pid)
      found.push(child)
    }
  }
  return found
}
