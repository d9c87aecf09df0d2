import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import { roleNames, type Role } from '#api'
import { api } from '../../api.ts'
import { tellDone } from '../../frame/toast.tsx'
import { Problem, Time } from '../../parts/text.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'

/** Keys for shippers and scripts; a new secret is shown once. */
export function AccessKeys() {
  const { value, problem, reload } = useLoaded('keys', (signal) => api.listKeys({}, signal))
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('ingest')
  const [secret, setSecret] = useState<string>()
  const tried = async (ask: () => Promise<unknown>): Promise<void> => {
    try {
      await ask()
    } catch (thrown) {
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
    reload()
  }
  const create = async (): Promise<void> => {
    const made = await api.createKey({ body: { name: name.trim(), role } })
    setSecret(made.secret)
    setName('')
  }
  return (
    <section aria-labelledby="keys">
      <h2 id="keys">Access keys</h2>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      {value?.keys.length === 0 && <p class="muted">None yet.</p>}
      <ul class="rows">
        {(value?.keys ?? []).map((key) => (
          <li key={key.id} class="line">
            <strong>{visibleText(key.name)}</strong> <span class="chip">{key.role}</span>
            <span class="muted">
              {key.last_used_at === undefined ? (
                'never used'
              ) : (
                <>
                  used <Time iso={key.last_used_at} />
                </>
              )}
            </span>
            <span class="space" />
            <button
              type="button"
              aria-label={`Revoke ${visibleText(key.name)}`}
              onClick={() => void tried(() => api.revokeKey({ id: key.id }))}
            >
              Revoke
            </button>
          </li>
        ))}
      </ul>
      {secret !== undefined && (
        <p role="status">
          Shown this once: <code>{secret}</code>
        </p>
      )}
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault()
          void tried(create)
        }}
      >
        <label>
          Name of the key{' '}
          <input
            type="text"
            autocomplete="off"
            maxLength={200}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label>
          Role of the key{' '}
          <select
            value={role}
            onChange={(event) =>
              setRole(roleNames.find((each) => each === event.currentTarget.value) ?? 'viewer')
            }
          >
            {roleNames.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" disabled={name.trim() === ''}>
          Make a key
        </button>
      </form>
    </section>
  )
}
