import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireAgent, WirePolicy } from '#api'
import { api } from '../../api.ts'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { counted, Problem, Time } from '../../parts/text.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'
import { AddAgent } from './add-agent.tsx'
import { useEvery } from './use-every.ts'
import './agents.css'

/** The hosts that agents watch: how each is, what it obeys, and how to add one. */
export function AgentsPage() {
  const { value, problem, reload } = useLoaded('agents', async (signal) => {
    const [{ agents, door }, { policies }] = await Promise.all([
      api.listAgents({}, signal),
      api.listPolicies({}, signal),
    ])
    return { agents, door, policies }
  })
  const [isAdding, setAdding] = useState(false)
  useEvery(5_000, reload)
  if (value === undefined) {
    return (
      <div class="agents">
        <h1>Agents</h1>
        {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      </div>
    )
  }
  const { agents, door, policies } = value
  return (
    <div class="agents">
      <div class="line">
        <h1>Agents</h1>
        <span class="space" />
        {may('manage') && door !== undefined && (
          <button type="button" class="primary" onClick={() => setAdding(true)}>
            Add agents
          </button>
        )}
      </div>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      {door === undefined ? (
        <p>
          The door for agents is closed. Start the server with <code>--agent-host 0.0.0.0</code>, or
          an address that the hosts reach.
        </p>
      ) : (
        <p class="muted">
          Agents call at <code>{door}</code>.
        </p>
      )}
      {agents.length === 0 ? (
        <p class="muted">No host has an agent yet. The host of the server needs none.</p>
      ) : (
        <AgentTable agents={agents} policies={policies} onMoved={reload} />
      )}
      <section aria-labelledby="policies">
        <h2 id="policies">Policies</h2>
        <ul class="rows">
          {policies.map((each) => (
            <li key={each.id} class="line">
              <a href={`/agent-policies/${encodeURIComponent(each.id)}`}>
                {visibleText(each.policy.name)}
              </a>
              <span class="chip">{each.preset ?? 'made by hand'}</span>
              <span class="muted">
                version {each.version}, obeyed by {each.obeyed} of {counted(each.agents, 'agent')}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <AddAgent isOpen={isAdding} policies={policies} onClose={() => setAdding(false)} />
    </div>
  )
}

function AgentTable({
  agents,
  policies,
  onMoved,
}: {
  readonly agents: readonly WireAgent[]
  readonly policies: readonly WirePolicy[]
  readonly onMoved: () => void
}) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Agents and how they are">
      <table>
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col">State</th>
            <th scope="col">Sees by</th>
            <th scope="col">Policy</th>
            <th scope="col">Waiting</th>
            <th scope="col">Behind</th>
            <th scope="col">Lost</th>
            <th scope="col">CPU</th>
            <th scope="col">Version</th>
            <th scope="col">Seen</th>
          </tr>
        </thead>
        <tbody>
          {agents.map((agent) => (
            <AgentRow key={agent.id} agent={agent} policies={policies} onMoved={onMoved} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const stateMarks = { running: '●', silent: '○', revoked: '×', 'never seen': '·' } as const

function AgentRow({
  agent,
  policies,
  onMoved,
}: {
  readonly agent: WireAgent
  readonly policies: readonly WirePolicy[]
  readonly onMoved: () => void
}) {
  const { health, problems } = agent
  const isBad = agent.state !== 'running' || problems.length > 0
  return (
    <>
      <tr>
        <th scope="row">
          <a href={`/hosts/${encodeURIComponent(agent.host_id)}`}>{visibleText(agent.name)}</a>
        </th>
        <td>
          <span class={isBad ? 'chip bad' : 'chip'}>
            <span aria-hidden="true">{stateMarks[agent.state]}</span> {agent.state}
          </span>
        </td>
        <td>{visibleText(health?.sensor.mode ?? '–')}</td>
        <td>
          <PolicyOf agent={agent} policies={policies} onMoved={onMoved} />
        </td>
        <td>{health === undefined ? '–' : health.spool.events.toLocaleString('en')}</td>
        <td>{health === undefined ? '–' : `${(health.lag_ms / 1_000).toFixed(1)} s`}</td>
        <td>{lostOf(agent).toLocaleString('en')}</td>
        <td>{health === undefined ? '–' : `${health.cpu_percent} %`}</td>
        <td>{visibleText(health?.version ?? '–')}</td>
        <td>{agent.seen_at === undefined ? 'never' : <Time iso={agent.seen_at} />}</td>
      </tr>
      {problems.length > 0 && (
        <tr class="told">
          <td colSpan={10}>
            <ul>
              {problems.map((text) => (
                <li key={text}>{visibleText(text)}</li>
              ))}
            </ul>
          </td>
        </tr>
      )}
    </>
  )
}

function lostOf({ health }: WireAgent): number {
  return health === undefined ? 0 : health.sensor.lost + health.spool.dropped + health.spool.damaged
}

/** The policy of an agent; who manages moves it by choosing another. */
function PolicyOf({
  agent,
  policies,
  onMoved,
}: {
  readonly agent: WireAgent
  readonly policies: readonly WirePolicy[]
  readonly onMoved: () => void
}) {
  const { policy, obeys } = agent
  const isObeyed = obeys?.id === policy.id && obeys.version === policy.version
  const version = (
    <span class="muted">
      v{policy.version}
      {isObeyed ? '' : ', not yet obeyed'}
    </span>
  )
  if (!may('manage')) {
    return (
      <>
        {visibleText(policy.name)} {version}
      </>
    )
  }
  const move = async (id: string): Promise<void> => {
    try {
      const moved = await api.moveAgent({ id: agent.id, body: { policy: id } })
      const back = async () => {
        await api.moveAgent({ id: agent.id, body: { policy: policy.id } })
        onMoved()
      }
      tellDone(`${visibleText(moved.name)} is to obey ${visibleText(moved.policy.name)}.`, back)
    } catch (thrown) {
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
    onMoved()
  }
  return (
    <>
      <select
        aria-label={`Policy of ${visibleText(agent.name)}`}
        value={policy.id}
        onChange={(event) => void move(event.currentTarget.value)}
      >
        {policies.map(({ id, policy: { name } }) => (
          <option key={id} value={id}>
            {visibleText(name)}
          </option>
        ))}
      </select>{' '}
      {version}
    </>
  )
}
