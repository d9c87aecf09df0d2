import { access, constants, readFile, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, messageOf } from '#base'
import type { Api, WireGap, WireReadiness, WireRule, WireStatus } from '#api'
import type { Call } from './command.ts'
import { connect, dataDirectoryOf } from './connect.ts'
import { nameOf } from './rule-reference.ts'
import { spanText } from './span-text.ts'
import type { Terminal } from './terminal.ts'

/** What one check found. */
export interface Finding {
  readonly check: string
  readonly state: 'good' | 'warning' | 'bad'
  readonly found: string
  readonly help?: string
}

const neededNode = 24
const gibibyte = 1024 ** 3

/** Every check, in the order in which one would look. */
export async function* doctorChecks(call: Call, terminal: Terminal): AsyncGenerator<Finding> {
  const directory = dataDirectoryOf(call, terminal)
  yield nodeVersion()
  yield clockCheck(terminal.clock.nowMs())
  yield* dataDirectory(directory)
  yield await dockerSocket()
  const server = await reach(call, terminal)
  if ('state' in server) {
    yield server
    yield await sensorRights()
    return
  }
  yield { check: 'server', state: 'good', found: `${server.url}, version ${server.status.version}` }
  yield sensorCheck(server.status)
  yield* historyCheck(server.status)
  yield* rulesCheck(await server.api.listRules({}))
  yield gapsCheck(await server.api.listGaps({}))
  yield* readinessCheck(await server.api.listReadiness({ enabled: true }))
}

/** How far the indexes of what was seen before are; nothing where no rule asks. */
function* historyCheck({ first_seen }: WireStatus): Generator<Finding> {
  const { indexes, combinations, bytes } = first_seen
  if (indexes.length === 0) return
  const count = (state: (typeof indexes)[number]['state']) =>
    indexes.filter((index) => index.state === state).length
  const parts = [
    `${count('ready')} of ${indexes.length} rules have their history indexed`,
    ...(count('learning') > 0 ? [`${count('learning')} learning`] : []),
    `${combinations} combinations in ${Math.ceil(bytes / 2 ** 20)} MiB`,
  ]
  const troubled = indexes.find(({ reason }) => reason !== undefined)
  yield {
    check: 'new terms',
    state: troubled === undefined ? 'good' : 'warning',
    found: parts.join(', '),
    ...(troubled?.reason !== undefined && {
      help: `rule ${troubled.rule}: ${troubled.reason}; its alerts are the same, its executions take longer`,
    }),
  }
}

function nodeVersion(): Finding {
  const { node } = process.versions
  if (Number(node.split('.')[0]) >= neededNode) return { check: 'node', state: 'good', found: node }
  return {
    check: 'node',
    state: 'bad',
    found: node,
    help: `Node.js ${neededNode} or newer is needed`,
  }
}

/** Certainly past when this was written. */
const earliestMs = Date.UTC(2026, 0, 1)

function clockCheck(nowMs: number): Finding {
  const found = new Date(nowMs).toISOString()
  if (nowMs >= earliestMs) return { check: 'clock', state: 'good', found }
  return { check: 'clock', state: 'bad', found, help: 'set the clock: rules go by time' }
}

async function* dataDirectory(directory: string): AsyncGenerator<Finding> {
  const check = 'data directory'
  const facts = await stat(directory).catch(() => undefined)
  if (facts === undefined) {
    yield {
      check,
      state: 'warning',
      found: `${directory} is not there yet`,
      help: '`vedette serve` makes it; or name another with --data',
    }
    return
  }
  const mode = (facts.mode & 0o777).toString(8)
  const isPrivate = (facts.mode & 0o077) === 0
  yield {
    check,
    state: isPrivate ? 'good' : 'bad',
    found: `${directory}, mode ${mode}`,
    ...(!isPrivate && { help: `chmod 700 ${directory}` }),
  }
  const writable = await access(directory, constants.W_OK).then(
    () => true,
    () => false,
  )
  if (!writable) {
    yield {
      check,
      state: 'warning',
      found: 'it belongs to another user',
      help: 'run this as the user of the server',
    }
  }
  const { bavail, bsize } = await statfs(directory)
  const freeGib = (bavail * bsize) / gibibyte
  yield {
    check: 'free space',
    state: freeGib < 1 ? 'bad' : freeGib < 5 ? 'warning' : 'good',
    found: `${freeGib.toFixed(1)} GiB`,
    ...(freeGib < 5 && { help: 'free some, or keep less: `vedette serve --keep-gib N`' }),
  }
  yield await holderCheck(directory)
}

async function holderCheck(directory: string): Promise<Finding> {
  const check = 'holder'
  const text = await readFile(join(directory, 'holder'), 'utf8').catch(() => '')
  const pid = Number(text.trim())
  if (!(pid > 0)) return { check, state: 'good', found: 'no server has run here' }
  const runs = await stat(`/proc/${pid}`).then(
    () => true,
    () => false,
  )
  return {
    check,
    state: 'good',
    found: runs ? `process ${pid}` : `process ${pid}, which has ended`,
  }
}

async function dockerSocket(): Promise<Finding> {
  const check = 'docker'
  const path = '/var/run/docker.sock'
  const facts = await stat(path).catch(() => undefined)
  if (facts === undefined) return { check, state: 'good', found: 'no Docker Engine here' }
  const readable = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  )
  if (readable) return { check, state: 'good', found: `${path} can be asked` }
  return {
    check,
    state: 'warning',
    found: `${path} may not be read`,
    help: 'containers get no names; run the server as root or in the group docker',
  }
}

type Reached = { readonly api: Api; readonly url: string; readonly status: WireStatus }

async function reach(call: Call, terminal: Terminal): Promise<Reached | Finding> {
  try {
    const { api, url } = await connect(call, terminal)
    return { api, url, status: await api.getStatus({}) }
  } catch (thrown) {
    const [found = '', help = 'start it with `vedette serve`'] = messageOf(thrown).split('\nhelp: ')
    const state = thrown instanceof Fault && thrown.kind === 'unauthenticated' ? 'bad' : 'warning'
    return { check: 'server', state, found, help }
  }
}

function sensorCheck({ sensor }: WireStatus): Finding {
  const check = 'sensor'
  const spots = sensor.blind_spots.join('; ')
  const help = sensor.remedy
  if (sensor.mode === 'bpf')
    return { check, state: 'good', found: 'bpf: every program start is seen' }
  const isOff = sensor.mode === 'none' || sensor.mode === 'off'
  const found = isOff ? `off: ${sensor.reason ?? 'not wanted'}` : `${sensor.mode}: ${spots}`
  return { check, state: 'warning', found, ...(help !== undefined && { help }) }
}

const capPerfmon = 38n
const capBpf = 39n

async function sensorRights(): Promise<Finding> {
  const check = 'sensor rights'
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const mask = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`)
  const hasBoth = (mask >> capBpf) & (mask >> capPerfmon) & 1n
  if (hasBoth === 1n) return { check, state: 'good', found: 'CAP_BPF and CAP_PERFMON' }
  return {
    check,
    state: 'warning',
    found: 'no CAP_BPF and CAP_PERFMON: eBPF is not open to this user',
    help: 'start the server as root',
  }
}

function gapsCheck({ gaps }: { readonly gaps: readonly WireGap[] }): Finding {
  const check = 'gaps'
  if (gaps.length === 0) return { check, state: 'good', found: 'nothing is unread' }
  const ms = gaps.reduce((sum, gap) => sum + gap.uncovered_ms, 0)
  const rules = new Set(gaps.map(({ rule_uuid: uuid }) => uuid)).size
  return {
    check,
    state: 'warning',
    found: `${spanText(ms)} that rules have not read, of ${rules} rule${rules === 1 ? '' : 's'}`,
    help: '`vedette rule gaps` lists it, `vedette rule fill` reads it',
  }
}

function* rulesCheck({ rules }: { readonly rules: readonly WireRule[] }): Generator<Finding> {
  const check = 'rules'
  const enabled = rules.filter((rule) => rule.enabled)
  const idle = enabled.filter(({ runnable }) => !runnable)
  yield {
    check,
    state: enabled.length === 0 ? 'warning' : 'good',
    found: `${rules.length} installed, ${enabled.length} on`,
    ...(enabled.length === 0 && { help: 'switch one on: `vedette rule enable ID`' }),
  }
  if (idle.length === 0) return
  yield {
    check,
    state: 'warning',
    found: `${idle.length} on that cannot run: ${some(idle.map(nameOf))}`,
    help: '`vedette rule check` on their files says why',
  }
}

function* readinessCheck({
  rules,
}: {
  readonly rules: readonly WireReadiness[]
}): Generator<Finding> {
  const stuck = rules.filter(({ verdict }) => verdict === 'cannot-fire')
  const learning = rules.filter(({ verdict }) => verdict === 'learning').length
  if (stuck.length === 0) {
    const found = `every rule that is on could fire${learning > 0 ? `; ${learning} still learning` : ''}`
    if (rules.length > 0) yield { check: 'data of rules', state: 'good', found }
    return
  }
  yield {
    check: 'data of rules',
    state: 'warning',
    found: `${stuck.length} on that cannot fire here: ${some(stuck.map(({ name }) => name))}`,
    help: '`vedette rule readiness --enabled` says what each lacks',
  }
}

function some(names: readonly string[]): string {
  return `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`
}
