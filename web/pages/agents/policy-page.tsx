import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WirePolicy, WirePolicyVersion } from '#api'
import { api } from '../../api.ts'
import { place } from '../../frame/router.ts'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { counted, Problem, Time } from '../../parts/text.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'
import { Changes } from './changes.tsx'
import { PolicyForm } from './policy-form.tsx'
import './agents.css'

/** What a policy says, what each of its versions changed, and a way back. */
export function PolicyPage() {
  const id = place.value.segments[1] ?? ''
  const { value, problem, reload } = useLoaded(`policy ${id}`, async (signal) => {
    const [found, offered] = await Promise.all([
      api.getPolicy({ id }, signal),
      api.listPresets({}, signal),
    ])
    return { ...found, offered }
  })
  // A copy has its own form, with what it says now.
  const [saved, setSaved] = useState(0)
  if (value === undefined) {
    return (
      <div class="agents">
        <h1>Agent policy</h1>
        {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      </div>
    )
  }
  const { policy, versions, offered } = value
  const done = (text: string): void => {
    tellDone(text)
    setSaved(saved + 1)
    reload()
  }
  return (
    <div class="agents">
      <p>
        <a href="/agents">Agents</a>
      </p>
      <h1>{visibleText(policy.policy.name)}</h1>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      <p class="muted">
        Version {policy.version}, obeyed by {policy.obeyed} of {counted(policy.agents, 'agent')}.{' '}
        {policy.preset === undefined ? 'Made by hand.' : `Preset: ${policy.preset}.`}
      </p>
      <PolicyForm
        key={`${policy.version} ${saved}`}
        kept={policy}
        offered={offered}
        onSaved={(version) => done(`Version ${version} is in force.`)}
      />
      <Versions policy={policy} versions={versions} onRolledBack={done} />
    </div>
  )
}

function Versions({
  policy,
  versions,
  onRolledBack,
}: {
  readonly policy: WirePolicy
  readonly versions: readonly WirePolicyVersion[]
  readonly onRolledBack: (text: string) => void
}) {
  const rollBack = async (to: number): Promise<void> => {
    try {
      const { version } = await api.rollBackPolicy({ id: policy.id, body: { to } })
      onRolledBack(`Version ${version} says what version ${to} said.`)
    } catch (thrown) {
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
  }
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">Versions</h2>
      <ol class="rows">
        {versions.map((each) => (
          <li key={each.version}>
            <div class="line">
              <strong>Version {each.version}</strong>
              <span class="muted">
                <Time iso={each.at} /> by {visibleText(each.by)}
              </span>
              <span class="space" />
              {may('manage') && each.version !== policy.version && (
                <button type="button" onClick={() => void rollBack(each.version)}>
                  Roll back to {each.version}
                </button>
              )}
            </div>
            <Changes changes={each.changes} />
          </li>
        ))}
      </ol>
    </section>
  )
}
