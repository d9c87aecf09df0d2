import { readdirSync, readFileSync } from 'node:fs'
import { Fault, messageOf } from '#base'
import type { ProcessFacts, ProcessTable } from '#respond'
import { parseStat, type AccountNames, type EntityIdOf } from '#sensor'

const longestCommandLine = 4_096

/** The processes of this host, read from `/proc` whenever they are asked for. */
export function processTable({
  entityIdOf,
  names,
}: {
  readonly entityIdOf: EntityIdOf
  readonly names: AccountNames
}): ProcessTable {
  const of = (pid: number): ProcessFacts | undefined => {
    const text = textOf(`/proc/${pid}/stat`)
    const stat = text === undefined ? undefined : parseStat(pid, text)
    if (text === undefined || stat === undefined) return undefined
    const uid = /^Uid:\s+(\d+)/m.exec(textOf(`/proc/${pid}/status`) ?? '')?.[1]
    return {
      pid,
      parentPid: stat.identity.ppid,
      entityId: entityIdOf(pid, stat.startTicks),
      user: uid === undefined ? '' : (names.user(Number(uid)) ?? uid),
      state: text.charAt(text.lastIndexOf(')') + 2),
      isKernelThread: stat.isKernelThread,
      commandLine: commandLineOf(pid, text),
    }
  }
  return {
    list() {
      names.refresh()
      return readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .flatMap((name) => of(Number(name)) ?? [])
    },
    of(pid) {
      names.refresh()
      return of(pid)
    },
    signal({ pid, entityId }, signal) {
      // Looked at in the same turn: for another to get the number in between, all numbers would have to be used up within microseconds.
      if (of(pid)?.entityId !== entityId) throw gone(pid)
      try {
        process.kill(pid, signal)
      } catch (cause) {
        const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
        if (code === 'ESRCH') throw gone(pid)
        const why =
          code === 'EPERM'
            ? 'it belongs to another user, and CAP_KILL is missing'
            : messageOf(cause)
        const message = `${signal} to process ${pid}: ${why}`
        throw new Fault('forbidden', 'host.not-signalled', message, { cause })
      }
    },
    get own() {
      const own = new Set<number>()
      for (let pid = process.pid; pid > 1 && !own.has(pid); pid = of(pid)?.parentPid ?? 0)
        own.add(pid)
      return own
    },
  }
}

function gone(pid: number): Fault {
  return new Fault('not-found', 'host.no-process', `process ${pid} ended meanwhile`)
}

function commandLineOf(pid: number, stat: string): string {
  const words = (textOf(`/proc/${pid}/cmdline`) ?? '').replace(/\0+$/, '').replaceAll('\0', ' ')
  const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
  return (words === '' ? `[${name}]` : words).slice(0, longestCommandLine)
}

/** A process that is gone has no text. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
