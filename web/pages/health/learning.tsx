import { visibleText } from '#base'
import type { WireHealthReport, WireStatus } from '#api'
import { counted } from '../../parts/text.tsx'

/** What rules know of the past without reading it again: first sightings, and which events match. */
export function Learning({
  firstSeen: { combinations, bytes, behind, answered, indexes },
  postings,
}: {
  readonly firstSeen: WireStatus['first_seen']
  readonly postings: WireHealthReport['postings']
}) {
  const count = (asked: (typeof indexes)[number]['state']): number =>
    indexes.filter(({ state }) => state === asked).length
  const troubled = indexes.filter(({ state }) => state === 'given-up' || state === 'failed')
  const learning = count('learning')
  const reads = postings.by_postings + postings.by_search
  return (
    <section class="health-wide" aria-labelledby="learning">
      <h2 id="learning">What rules know of the past</h2>
      <dl>
        <dt>First sightings</dt>
        <dd class="line">
          <span class={`chip ${toneOf(indexes)}`}>
            {indexes.length === 0
              ? 'nobody asked yet'
              : `${counted(count('ready'), 'rule')} ready${learning > 0 ? `, ${learning} learning` : ''}`}
          </span>
          <span>
            {counted(combinations, 'combination')} in {mebibytes(bytes)}
          </span>
          {behind > 0 && <span class="chip warn">{counted(behind, 'event')} not learnt yet</span>}
          <span class="muted">
            answered {(answered.by_index + answered.by_window).toLocaleString('en')} by what is
            known, {answered.by_scan.toLocaleString('en')} by reading history
          </span>
        </dd>
        {troubled.map(({ rule, state, reason }) => (
          <div key={rule} class="pair">
            <dt>{state}</dt>
            <dd>
              <a href={`/rules/${rule}`}>{visibleText(rule)}</a> {visibleText(reason ?? '')}
            </dd>
          </div>
        ))}
        <dt>Matches noted</dt>
        <dd class="line">
          <span>
            of {counted(postings.questions, 'question')} in {mebibytes(postings.bytes)}
          </span>
          <span class="muted">
            {postings.by_postings.toLocaleString('en')} of {counted(reads, 'read')} led by notes
          </span>
          {postings.given_up > 0 && (
            <span class="chip warn">{counted(postings.given_up, 'question')} took too much</span>
          )}
        </dd>
      </dl>
    </section>
  )
}

function toneOf(indexes: WireStatus['first_seen']['indexes']): string {
  if (indexes.length === 0) return ''
  return indexes.every(({ state }) => state === 'ready') ? 'ok' : 'warn'
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`
}
