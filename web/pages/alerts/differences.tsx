import { visibleText } from '#base'
import { api } from '../../api.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { counted, Problem } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'

/** In what the chosen alerts differ from the others of their rules. */
export function Differences({
  ids,
  onClose,
}: {
  readonly ids: readonly string[]
  readonly onClose: () => void
}) {
  const { value, problem, reload } = useLoaded(`difference ${ids.join(',')}`, (signal) =>
    api.compareAlerts({ body: { ids: ids.slice(0, 1_000) } }, signal),
  )
  return (
    <Dialog title="What is different" isOpen onClose={onClose}>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      {value === undefined && problem === undefined && <p class="muted">Comparing…</p>}
      {value !== undefined && (
        <>
          <p>
            {counted(value.chosen, 'chosen alert')} beside {value.is_cut ? 'the newest ' : ''}
            {counted(value.others, 'other alert')} of the same rules.
          </p>
          {value.others === 0 && <p class="muted">There are no others to compare with.</p>}
          {value.differences.length === 0 && value.others > 0 && (
            <p class="muted">They differ in none of the fields that were looked at.</p>
          )}
          {value.others > 0 && (
            <table class="differences">
              <thead>
                <tr>
                  <th scope="col">Field and value</th>
                  <th scope="col">Chosen</th>
                  <th scope="col">Others</th>
                </tr>
              </thead>
              <tbody>
                {value.differences.map(({ field, value: word, chosen, others }) => (
                  <tr key={field}>
                    <td>
                      <code>{field}</code> <code>{visibleText(word)}</code>
                    </td>
                    <td>
                      <Share share={chosen} />
                    </td>
                    <td>
                      <Share share={others} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </>
      )}
    </Dialog>
  )
}

function Share({ share }: { readonly share: number }) {
  const text = `${Math.round(share * 100)} %`
  return (
    <>
      <progress max={1} value={share} aria-label={text} /> {text}
    </>
  )
}
