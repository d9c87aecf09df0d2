import { resolve } from 'node:path'
import { isSequenceBlock, type Alert } from '#alert'
import { alertLine } from './alert-columns.ts'
import type { Call } from './command.ts'
import { dataDirectoryOf } from './connect.ts'
import { servedDirectory } from './demo/demo-directory.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { firstScreen } from './serving/first-screen.ts'
import { lineLogger, logLevelOf } from './serving/log-lines.ts'
import { openHouse, type House, type HouseOptions } from './serving/open-house.ts'
import { isLoopback, type TlsChoice } from './serving/server-tls.ts'
import { storeChoiceOf } from './serving/store-choice.ts'
import { starterRulesDirectory } from './starter-rules.ts'
import type { Terminal } from './terminal.ts'

/** `vedette serve`: everything in one process, until it is asked to stop. */
export async function serve(call: Call, terminal: Terminal): Promise<ExitCode> {
  process.umask(0o077)
  const level = call.text('log-level')
  const logLevel = level === undefined ? (terminal.errIsTty ? 'warn' : 'info') : logLevelOf(level)
  const logger = lineLogger(terminal, logLevel, terminal.clock)
  const settings = settingsOf(call)
  const store = storeChoiceOf(call, terminal.env)
  const directory = await servedDirectory({
    isDemo: settings.isDemo,
    asked: call.text('data'),
    standard: dataDirectoryOf(call, terminal),
  })
  try {
    const house = await openHouse({
      ...settings,
      store,
      directory: directory.path,
      clock: terminal.clock,
      logger,
    })
    await serveUntilStopped(house, call, terminal)
  } finally {
    await directory.end()
  }
  return exitCode.done
}

async function serveUntilStopped(house: House, call: Call, terminal: Terminal): Promise<void> {
  try {
    const forget = tellsAlerts(call, terminal) ? house.engine.onAlert(teller(terminal)) : undefined
    terminal.note(firstScreen({ status: await house.api.getStatus({}), ...house }, terminal))
    await stopAsked(terminal.signal)
    forget?.()
    terminal.note('stopping (Ctrl-C again: at once)\n')
  } finally {
    await house.close()
  }
}

function tellsAlerts(call: Call, terminal: Terminal): boolean {
  return terminal.outIsTty || call.has('alerts')
}

function teller(terminal: Terminal): (alerts: readonly Alert[]) => void {
  return (alerts) => {
    const alone = alerts.filter(({ body }) => !isSequenceBlock(body))
    for (const { id, body } of alone) terminal.out(`${alertLine({ id, document: body })}\n`)
  }
}

async function stopAsked(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve: stop } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => stop(), { once: true })
  await promise
}

const dayMs = 86_400_000
const gibibyte = 1024 ** 3

/** What a sample world has no use for: it watches nothing and has rules of its own. */
const notInDemo = ['store', 'sensor-mode', 'engine-socket', 'rules', 'no-starter-rules'] as const

function settingsOf(call: Call): Omit<HouseOptions, 'directory' | 'store' | 'clock' | 'logger'> {
  const elasticVersion = call.text('elastic-version') ?? '8.19.0'
  if (!/^\d+\.\d+\.\d+$/.test(elasticVersion)) {
    throw usageFault(`--elastic-version ${elasticVersion} is no version such as 8.19.0`)
  }
  const isDemo = call.has('demo')
  const useless = notInDemo.find(
    (option) => isDemo && (call.texts(option).length > 0 || call.has(option)),
  )
  if (useless !== undefined) {
    throw usageFault(
      `--${useless} is of no use with --demo, which shows a sample and watches nothing`,
    )
  }
  return {
    host: call.text('host') ?? '127.0.0.1',
    port: numberOf(call, 'port', { least: 0, most: 65_535, whole: true }) ?? 7070,
    allowedHosts: call.texts('allow-host').map((name) => name.toLowerCase()),
    tls: tlsOf(call),
    elasticVersion,
    retention: {
      maxAgeMs: (numberOf(call, 'keep-days', { least: 0.01, most: 36_500 }) ?? 30) * dayMs,
      maxBytes: (numberOf(call, 'keep-gib', { least: 0.1, most: 1_000_000 }) ?? 20) * gibibyte,
    },
    starterRules: call.has('no-starter-rules') ? undefined : starterRulesDirectory(),
    rulePaths: call.texts('rules').map((path) => resolve(path)),
    sensorMode:
      isDemo || call.has('no-sensor')
        ? undefined
        : sensorModeOf(call.text('sensor-mode') ?? 'auto'),
    isDemo,
    // The hosts of a sample are not there to obey.
    respond: isDemo ? undefined : levelOf(call.text('respond')),
    agents: isDemo ? undefined : agentsOf(call),
    engineSockets: call.texts('engine-socket').map((path) => resolve(path)),
  }
}

function agentsOf(call: Call): HouseOptions['agents'] {
  const host = call.text('agent-host')
  const port = numberOf(call, 'agent-port', { least: 0, most: 65_535, whole: true })
  const name = call.text('agent-name')
  if (host !== undefined) return { host, port: port ?? 7071, name }
  if (port === undefined && name === undefined) return undefined
  throw usageFault('--agent-port and --agent-name go with --agent-host')
}

function tlsOf(call: Call): TlsChoice {
  const [certFile, keyFile] = [call.text('tls-cert'), call.text('tls-key')]
  const [own, off] = [call.has('tls'), call.has('no-tls')]
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw usageFault('--tls-cert and --tls-key go together')
  }
  if (Number(certFile !== undefined) + Number(own) + Number(off) > 1) {
    throw usageFault('--tls, --no-tls and --tls-cert exclude each other')
  }
  if (certFile !== undefined && keyFile !== undefined) return { kind: 'files', certFile, keyFile }
  const isReachable = !isLoopback(call.text('host') ?? '127.0.0.1')
  return { kind: own || (isReachable && !off) ? 'own' : 'off' }
}

const levels = ['look', 'act'] as const

function levelOf(word: string | undefined): (typeof levels)[number] | undefined {
  if (word === undefined) return undefined
  const found = levels.find((level) => level === word)
  if (found === undefined) throw usageFault(`--respond is one of ${levels.join(', ')}`)
  return found
}

const sensorModes = ['auto', 'bpf', 'audit', 'proc'] as const

function sensorModeOf(word: string): (typeof sensorModes)[number] {
  const found = sensorModes.find((mode) => mode === word)
  if (found === undefined) throw usageFault(`--sensor-mode is one of ${sensorModes.join(', ')}`)
  return found
}

function numberOf(
  call: Call,
  option: string,
  {
    least,
    most,
    whole = false,
  }: { readonly least: number; readonly most: number; readonly whole?: boolean },
): number | undefined {
  const text = call.text(option)
  if (text === undefined) return undefined
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (number >= least && number <= most && (!whole || Number.isInteger(number))) return number
  throw usageFault(`--${option} ${text} is no number from ${least} to ${most}`)
}
