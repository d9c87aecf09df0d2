import { visibleText } from '#base'
import type { WireCase } from '#api'
import { Time } from '../../parts/text.tsx'

const shownAtOnce = 6

/** What was done with the alert, newest first. */
export function Activity({
  activity,
  onExport,
}: {
  readonly activity: WireCase['activity']
  readonly onExport: () => void
}) {
  const line = ({ at, who, what }: WireCase['activity'][number], index: number) => (
    <li key={index}>
      <Time iso={at} /> <span class="muted">{visibleText(who)}</span> {visibleText(what)}
    </li>
  )
  const later = activity.slice(shownAtOnce)
  return (
    <section aria-labelledby="activity">
      <h2 id="activity" class="line">
        Activity <span class="space" />
        <button type="button" onClick={onExport}>
          Save all as Markdown
        </button>
      </h2>
      {activity.length === 0 && <p class="muted">Nobody did anything yet.</p>}
      <ul class="activity">{activity.slice(0, shownAtOnce).map(line)}</ul>
      {later.length > 0 && (
        <details>
          <summary>{later.length} before</summary>
          <ul class="activity">{later.map(line)}</ul>
        </details>
      )}
    </section>
  )
}
