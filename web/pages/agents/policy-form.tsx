import { useState } from 'preact/hooks'
import type { Api, WirePolicy } from '#api'
import { differencesOf } from '#fleet'
import { api } from '../../api.ts'
import { may } from '../../frame/session.ts'
import { Problem } from '../../parts/text.tsx'
import { problemOf } from '../../parts/use-loaded.ts'
import { Changes } from './changes.tsx'

type Policy = WirePolicy['policy']
type Offered = Awaited<ReturnType<Api['listPresets']>>

const sensors = ['auto', 'bpf', 'audit', 'proc'] as const
const environments = ['traditional', 'cloud'] as const

/** A policy to be changed; before it is saved it shows what that changes. */
export function PolicyForm({
  kept,
  offered: { presets, collectables },
  onSaved,
}: {
  readonly kept: WirePolicy
  readonly offered: Offered
  readonly onSaved: (version: number) => void
}) {
  const [policy, setPolicy] = useState<Policy>(kept.policy)
  const [problem, setProblem] = useState<string>()
  const change = (part: Partial<Policy>): void => setPolicy({ ...policy, ...part })
  const changes = differencesOf(kept.policy, policy)
  const save = async (): Promise<void> => {
    try {
      const body = { policy, if_version: kept.version }
      onSaved((await api.changePolicy({ id: kept.id, body })).version)
    } catch (thrown) {
      setProblem(problemOf(thrown))
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <fieldset disabled={!may('manage')}>
        <legend>Begin with a preset</legend>
        <label>
          Environment{' '}
          <select
            value={policy.environment}
            onChange={({ currentTarget: { value } }) =>
              change({ environment: environments.find((each) => each === value) ?? 'traditional' })
            }
          >
            <option value="traditional">traditional endpoints</option>
            <option value="cloud">cloud workloads</option>
          </select>
        </label>
        <div class="line">
          {presets
            .filter((preset) => preset.policy.environment === policy.environment)
            .map((preset) => (
              <button
                key={preset.id}
                type="button"
                title={preset.says}
                onClick={() =>
                  change({ collects: preset.policy.collects, sessions: preset.policy.sessions })
                }
              >
                {preset.title}
              </button>
            ))}
        </div>
      </fieldset>
      <fieldset disabled={!may('manage')}>
        <legend>What is sent</legend>
        {collectables.map(({ id, title, says }) => (
          <label key={id} class="check">
            <input
              type="checkbox"
              checked={policy.collects.includes(id)}
              onChange={({ currentTarget: { checked } }) =>
                change({
                  collects: [
                    ...policy.collects.filter((each) => each !== id),
                    ...(checked ? [id] : []),
                  ],
                })
              }
            />
            <span>
              <strong>{title}</strong> <span class="muted">{says}</span>
            </span>
          </label>
        ))}
        <label class="check">
          <input
            type="checkbox"
            checked={policy.sessions === 'interactive'}
            onChange={({ currentTarget: { checked } }) =>
              change({ sessions: checked ? 'interactive' : 'all' })
            }
          />
          <span>
            <strong>Interactive sessions alone</strong>{' '}
            <span class="muted">
              Of process events those of sessions that people began on a terminal.
            </span>
          </span>
        </label>
        <p class="muted">
          What the sensor tells of itself is always sent. Nothing is prevented: agents watch.
        </p>
      </fieldset>
      <fieldset disabled={!may('manage')}>
        <legend>On the host</legend>
        <label>
          Sensor{' '}
          <select
            value={policy.sensor}
            onChange={({ currentTarget: { value } }) =>
              change({ sensor: sensors.find((each) => each === value) ?? 'auto' })
            }
          >
            {sensors.map((each) => (
              <option key={each} value={each}>
                {each === 'auto' ? 'auto: the best that works' : each}
              </option>
            ))}
          </select>
        </label>
        <label>
          Waits on the disk while the server is away, at most MiB{' '}
          <input
            type="number"
            min={16}
            max={1_048_576}
            value={policy.spool_mib}
            onInput={({ currentTarget: { valueAsNumber: spool } }) =>
              change({ spool_mib: Number.isInteger(spool) ? spool : policy.spool_mib })
            }
          />
        </label>
      </fieldset>
      {changes.length > 0 && (
        <section aria-labelledby="changes">
          <h2 id="changes">What this changes</h2>
          <Changes changes={[...changes]} />
        </section>
      )}
      {problem !== undefined && <Problem text={problem} />}
      {may('manage') && (
        <button type="submit" class="primary" disabled={changes.length === 0}>
          Save as version {kept.version + 1}
        </button>
      )}
    </form>
  )
}
