import { assert, Fault, type Clock, type Logger, type Schema } from '#base'
import {
  certificateRequest,
  checkInRequest,
  collectables,
  doorPaths,
  enrolRequest,
  type CheckInAnswer,
  type CheckInRequest,
  type EnrolAnswer,
} from '#fleet'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Caller } from '../auth/caller.ts'
import { failureBrake } from '../auth/failure-brake.ts'
import { jsonBodyOf } from '../http/body.ts'
import type { Answer, Exchange } from '../http/exchange.ts'
import type { Side } from '../http/side.ts'
import type { Authority } from '../tls/own-certificate.ts'
import { certificateFor, shownOn } from './client-certificate.ts'
import type { FleetDesk } from './fleet-desk.ts'
import { latestOf } from './policy-book.ts'

/** What the side of agents works on. */
export interface AgentSideParts {
  readonly fleet: FleetDesk
  readonly authority: Authority
  readonly audit: Pick<AuditLog, 'append'>
  readonly clock: Clock
  readonly logger: Logger
}

const maxBodyBytes = 256 * 1024
/** More agents leave each other more room: 2,000 requests with events a second together at the most. */
const paceMsPerAgent = 0.5
const leastPaceMs = 50

/** Where the sensor's events go: an agent sends to these and to nothing else. */
const agentIndices = [
  ...new Set(collectables.map(({ dataset }) => `logs-${dataset}-default`)),
  'logs-vedette.sensor-default',
]

/** Who an agent is to `_bulk`. Faults: `unauthenticated` for a certificate that opens nothing any more. */
export function agentCaller(
  { agents }: Pick<FleetDesk, 'agents'>,
  request: Exchange['request'],
): Caller | undefined {
  const shown = shownOn(request.socket)
  if (shown === undefined) return undefined
  const { name } = agents.holderOf(shown.agent, shown.key)
  return { name: `agent ${name}`, role: 'ingest', indices: agentIndices }
}

/** `/agent/…`: enrol with a token; with a certificate check in, have a new one made, leave. */
export function agentSide(parts: AgentSideParts): Side {
  const brake = failureBrake(parts.clock)
  const ways: { readonly [path: string]: (exchange: Exchange) => Promise<Answer> } = {
    [doorPaths.enrol]: async (exchange) => {
      const address = exchange.request.socket.remoteAddress ?? ''
      brake.check(address)
      try {
        return await enrol(exchange, parts)
      } catch (thrown) {
        if (thrown instanceof Fault && thrown.kind === 'unauthenticated') brake.note(address)
        throw thrown
      }
    },
    [doorPaths.checkIn]: (exchange) => checkIn(exchange, parts),
    [doorPaths.certificate]: (exchange) => renew(exchange, parts),
    [doorPaths.leave]: (exchange) => leave(exchange, parts),
  }
  return {
    isMeant: ({ segments }) => segments[0] === 'agent',
    needs: ({ segments }) => (`/${segments.join('/')}` === doorPaths.enrol ? 'nothing' : 'ingest'),
    async answer(exchange) {
      const way = ways[`/${exchange.segments.join('/')}`]
      if (way !== undefined && exchange.method === 'POST') return way(exchange)
      throw new Fault(
        'not-found',
        'agents.unknown-path',
        `agents POST to ${Object.keys(ways).join(', ')}`,
      )
    },
  }
}

async function enrol(
  { request }: Exchange,
  { fleet, authority, audit, clock, logger }: AgentSideParts,
): Promise<Answer> {
  const asked = await bodyBy(enrolRequest, request)
  const token = await fleet.tokens.take(asked.secret)
  // Who removed the policy of a token did not mean to keep its hosts out.
  const policy =
    fleet.policies.list().find(({ id }) => id === token.policy) ?? fleet.policies.get('default')
  const nowMs = clock.nowMs()
  const make = (agent: string) =>
    certificateFor(agent, { publicKeyPem: asked.public_key, authority, nowMs })
  // The key is judged before there is an agent.
  const { key } = make('nobody')
  const { id, name } = await fleet.agents.create({
    name: asked.host.name,
    hostId: asked.host.id,
    policy: policy.id,
    key,
  })
  const at = new Date(nowMs).toISOString()
  const what = `enrol agent ${id} by token ${token.id} of ${token.by}`
  await audit.append({ at, who: `agent ${name}`, role: 'ingest', what, status: 200 })
  logger.info('an agent enrolled', { agent: id, host: name })
  const { version, policy: said } = latestOf(policy)
  const body: EnrolAnswer = {
    agent: id,
    certificate: make(id).certificate,
    policy: { id: policy.id, version, policy: said },
  }
  return { status: 200, body }
}

async function checkIn(
  { request, signal }: Exchange,
  { fleet, clock }: AgentSideParts,
): Promise<Answer> {
  const { agent } = holder(request)
  const asked = await bodyBy(checkInRequest, request)
  const { agents } = fleet
  agents.note(agent, asked)
  if (wantedOf(fleet, agent, asked) === undefined) await fleet.wait(agent, asked.wait_ms, signal)
  const policy = wantedOf(fleet, agent, asked)
  const body: CheckInAnswer = {
    now: new Date(clock.nowMs()).toISOString(),
    ...(policy !== undefined && { policy }),
    pace_ms: Math.max(leastPaceMs, Math.round(agents.list().length * paceMsPerAgent)),
    problems: agents.problemsOf(agent),
  }
  return { status: 200, body }
}

/** The policy that an agent is to obey and does not; one that it does not understand is not sent twice. */
function wantedOf(
  { agents, policies }: FleetDesk,
  agent: string,
  { policy: obeys, unknown_policy: unknown }: CheckInRequest,
): CheckInAnswer['policy'] {
  const { policy: wanted } = agents.get(agent)
  const kept = policies.list().find(({ id }) => id === wanted) ?? policies.get('default')
  const { version, policy } = latestOf(kept)
  const isThat = (other: { readonly id: string; readonly version: number } | undefined): boolean =>
    other !== undefined && other.id === kept.id && other.version === version
  return isThat(obeys) || isThat(unknown) ? undefined : { id: kept.id, version, policy }
}

async function renew(
  { request }: Exchange,
  { fleet, authority, clock }: AgentSideParts,
): Promise<Answer> {
  const { agent } = holder(request)
  const { public_key: publicKeyPem } = await bodyBy(certificateRequest, request)
  const made = certificateFor(agent, { publicKeyPem, authority, nowMs: clock.nowMs() })
  await fleet.agents.rekey(agent, made.key)
  return { status: 200, body: { certificate: made.certificate } }
}

async function leave(
  { request }: Exchange,
  { fleet, audit, clock }: AgentSideParts,
): Promise<Answer> {
  const { agent } = holder(request)
  const { name } = fleet.agents.get(agent)
  await fleet.agents.remove(agent)
  const at = new Date(clock.nowMs()).toISOString()
  await audit.append({
    at,
    who: `agent ${name}`,
    role: 'ingest',
    what: `agent ${agent} left`,
    status: 200,
  })
  return { status: 200, body: {} }
}

function holder(request: Exchange['request']): { readonly agent: string } {
  const shown = shownOn(request.socket)
  // The door lets nobody without one to the paths that ask this.
  assert(shown !== undefined, 'an agent without a certificate')
  return shown
}

async function bodyBy<T>(shape: Schema<T>, request: Exchange['request']): Promise<T> {
  const read = shape.read((await jsonBodyOf(request, maxBodyBytes)) ?? {}, '')
  if (read.ok) return read.value
  const told = read.error.slice(0, 10).map(({ path, message }) => `${path || 'body'}: ${message}`)
  throw new Fault('invalid', 'agents.invalid-request', told.join('; '))
}
