import { visibleText } from '#base'
import { api } from '../../api.ts'
import { tellDone } from '../../frame/toast.tsx'
import { Problem, Time } from '../../parts/text.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'

/** Signed-in browsers; each can be signed out. */
export function Sessions() {
  const { value, problem, reload } = useLoaded('sessions', (signal) => api.listSessions({}, signal))
  const end = async (id: string): Promise<void> => {
    try {
      await api.endSession({ id })
    } catch (thrown) {
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
    reload()
  }
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">Sessions</h2>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      <ul class="rows">
        {(value?.sessions ?? []).map(({ id, name, role, begun_at: begun, seen_at: seen }) => (
          <li key={id} class="line">
            <strong>{visibleText(name)}</strong> <span class="chip">{role}</span>
            <span class="muted">
              since <Time iso={begun} />, seen <Time iso={seen} />
            </span>
            <span class="space" />
            <button type="button" onClick={() => void end(id)}>
              Sign out
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
