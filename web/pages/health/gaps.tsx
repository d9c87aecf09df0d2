import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireGap } from '#api'
import { api } from '../../api.ts'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { counted, Time } from '../../parts/text.tsx'
import { problemOf } from '../../parts/use-loaded.ts'

/** Event time that no execution read although its rule was on, and the one button that has it read. */
export function Gaps({
  gaps,
  onChanged,
}: {
  readonly gaps: readonly WireGap[]
  readonly onChanged: () => void
}) {
  const [isBusy, setBusy] = useState(false)
  const minutes = Math.ceil(gaps.reduce((sum, { uncovered_ms: ms }) => sum + ms, 0) / 60_000)
  const isFilling = gaps.length > 0 && gaps.every(({ filling }) => filling)
  const fill = async (): Promise<void> => {
    setBusy(true)
    try {
      const { runs, left } = await api.fillGaps({ body: {} })
      const reasons = left.map(({ reason }) => visibleText(reason.slice(0, 300))).join('; ')
      tellDone(
        `${counted(runs.length, 'rule')} read what ${runs.length === 1 ? 'it' : 'they'} missed.${
          left.length > 0 ? ` ${counted(left.length, 'rule')} cannot: ${reasons}` : ''
        }`,
      )
    } catch (thrown) {
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
    setBusy(false)
    onChanged()
  }
  return (
    <section class="health-wide" aria-labelledby="gaps">
      <div class="line">
        <h2 id="gaps">Gaps</h2>
        {gaps.length === 0 ? (
          <span class="chip ok">everything was read</span>
        ) : (
          <span class="chip warn">
            {counted(minutes, 'minute')} in {counted(gaps.length, 'gap')} not read
          </span>
        )}
        <span class="space" />
        {gaps.length > 0 && may('manage') && (
          <button
            type="button"
            class="primary"
            disabled={isBusy || isFilling}
            onClick={() => void fill()}
          >
            {isFilling ? 'Filling…' : 'Fill all'}
          </button>
        )}
      </div>
      {gaps.length > 0 && (
        <ul>
          {gaps.slice(0, 50).map(({ id, rule_uuid: rule, rule_name: name, ...gap }) => (
            <li key={id}>
              <a href={`/rules/${rule}?tab=runs`}>{visibleText(name)}</a> <Time iso={gap.from} /> to{' '}
              <Time iso={gap.to} />{' '}
              <span class="chip warn">{gap.filling ? 'filling' : gap.state}</span>
            </li>
          ))}
          {gaps.length > 50 && <li class="muted">and {gaps.length - 50} more</li>}
        </ul>
      )}
    </section>
  )
}
