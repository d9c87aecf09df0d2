import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import { roleNames, type Role } from '#api'
import { api } from '../../api.ts'
import { tellDone } from '../../frame/toast.tsx'
import { Problem, Time } from '../../parts/text.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'

const roles: readonly Role[] = roleNames.filter((role) => role !== 'ingest')

/** Who signs in by name and passphrase. */
export function People() {
  const { value, problem, reload } = useLoaded('people', (signal) => api.listPeople({}, signal))
  const [name, setName] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const [role, setRole] = useState<Role>('analyst')
  const done = async (ask: () => Promise<unknown>, text: string): Promise<void> => {
    try {
      await ask()
      setName('')
      setPassphrase('')
      tellDone(text)
    } catch (thrown) {
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
    reload()
  }
  return (
    <section aria-labelledby="people">
      <h2 id="people">People</h2>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      {value?.people.length === 0 && <p class="muted">Nobody signs in by passphrase yet.</p>}
      <ul class="rows">
        {(value?.people ?? []).map((person) => (
          <li key={person.name} class="line">
            <strong>{visibleText(person.name)}</strong> <span class="chip">{person.role}</span>
            {person.locked_until !== undefined && (
              <span class="chip bad">
                locked until <Time iso={person.locked_until} />
              </span>
            )}
            <span class="space" />
            <button
              type="button"
              aria-label={`Remove ${visibleText(person.name)}`}
              onClick={() =>
                void done(
                  () => api.removePerson({ name: person.name }),
                  `${visibleText(person.name)} is let in no longer.`,
                )
              }
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault()
          const asked = { name: name.trim(), body: { role, passphrase } }
          void done(() => api.putPerson(asked), `${visibleText(asked.name)} may sign in.`)
        }}
      >
        <label>
          Name{' '}
          <input
            type="text"
            autocomplete="off"
            maxLength={100}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label>
          Passphrase, 12 characters at least{' '}
          <input
            type="password"
            autocomplete="new-password"
            minLength={12}
            value={passphrase}
            onInput={(event) => setPassphrase(event.currentTarget.value)}
          />
        </label>
        <label>
          Role{' '}
          <select
            value={role}
            onChange={(event) =>
              setRole(roles.find((each) => each === event.currentTarget.value) ?? 'viewer')
            }
          >
            {roles.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="primary" disabled={name.trim() === '' || passphrase === ''}>
          Add or change
        </button>
      </form>
    </section>
  )
}
