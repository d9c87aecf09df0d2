import { resolve } from 'node:path'
import { enroll, openHome, startAgent, unenroll, type StartWatch } from '#agent'
import { Fault, isJsonObject } from '#base'
import { readHostFacts, startHostSensor } from '#sensor'
import type { Call } from './command.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { lineLogger, logLevelOf } from './serving/log-lines.ts'
import { shown, type Terminal } from './terminal.ts'
import { productVersion } from './version.ts'

/** Where an agent keeps what it is, unless it is told otherwise. */
const usualHome = '/var/lib/vedette-agent'

function homeOf(call: Call, { env }: Terminal) {
  const named = call.text('state') ?? env['VEDETTE_AGENT_STATE']
  process.umask(0o077)
  return openHome(resolve(named === undefined || named === '' ? usualHome : named))
}

/** `vedette agent enroll`. */
export async function agentEnroll(call: Call, terminal: Terminal): Promise<ExitCode> {
  const home = await homeOf(call, terminal)
  const { id, hostname } = readHostFacts()
  const host = { id, name: call.text('name') ?? hostname, version: productVersion() }
  const identity = await enroll(call.positionals.join(''), { home, host })
  terminal.note(`this host is enrolled at ${shown(identity.url)} as agent ${shown(identity.id)}\n`)
  if (call.has('run')) return agentRun(call, terminal)
  terminal.note('now run `vedette agent run`, or let systemd: examples/systemd\n')
  return exitCode.done
}

/** `vedette agent run`: until it is asked to stop. */
export async function agentRun(call: Call, terminal: Terminal): Promise<ExitCode> {
  const home = await homeOf(call, terminal)
  const { clock } = terminal
  const logger = lineLogger(terminal, logLevelOf(call.text('log-level') ?? 'info'), clock)
  const engineSockets = call.texts('engine-socket').map((path) => resolve(path))
  const version = productVersion()
  const facts = readHostFacts()
  const os = isJsonObject(facts.document['os']) ? facts.document['os']['full'] : undefined
  const startWatch =
    ({ id }: { readonly id: string }): StartWatch =>
    (how, onEvents) =>
      startHostSensor({
        clock,
        logger,
        agent: { id, version },
        mode: how.sensor,
        onEvents,
        ...(engineSockets.length > 0 && { engineSockets }),
      })
  const agent = await startAgent({
    home,
    host: { id: facts.id, name: facts.hostname, ...(typeof os === 'string' && { os }) },
    version,
    startWatch,
    clock,
    logger,
  })
  terminal.note(`the agent of ${shown(facts.hostname)} runs (Ctrl-C: stop)\n`)
  if (!terminal.signal.aborted) {
    const { promise, resolve: stop } = Promise.withResolvers<void>()
    terminal.signal.addEventListener('abort', () => stop(), { once: true })
    await promise
  }
  await agent.close()
  return exitCode.done
}

/** `vedette agent unenroll`. */
export async function agentUnenroll(call: Call, terminal: Terminal): Promise<ExitCode> {
  const home = await homeOf(call, terminal)
  const release = home.hold()
  try {
    await leave(call, home)
  } finally {
    release()
  }
  await home.remove()
  terminal.note('this host is no longer enrolled; nothing of the agent is left\n')
  return exitCode.done
}

async function leave(call: Call, home: Awaited<ReturnType<typeof openHome>>): Promise<void> {
  if (call.has('offline')) return
  const identity = await home.identity()
  if (identity === undefined) {
    throw new Fault('not-found', 'agent.not-enrolled', `no host is enrolled in ${home.directory}`)
  }
  await unenroll(identity)
}
