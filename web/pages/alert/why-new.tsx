import { visibleText } from '#base'
import type { WireAlertContext, WireWhyNew } from '#api'
import { counted, MachineText } from '../../parts/text.tsx'

const dayMs = 86_400_000

/** Why the values of the alert are new: the history of the rule, and how complete it is. */
export function WhyNew({
  why,
  chain,
}: {
  readonly why: WireWhyNew
  readonly chain: WireAlertContext['chain']
}) {
  const lengthMs = Date.parse(why.to) - Date.parse(why.from)
  return (
    <section aria-labelledby="why">
      <h2 id="why" class="line">
        Why it is new
        <span class="space" />
        <Coverage why={why} />
      </h2>
      <div class="history" role="table" aria-label="Values in the history of the rule">
        <div class="history-row" role="row">
          <span role="columnheader" class="muted">
            {why.fields.map(visibleText).join(', ')}
          </span>
          <span role="columnheader" class="axis muted">
            <span>−{lengthText(lengthMs)}</span>
            <span>now</span>
          </span>
          <span role="columnheader" class="muted">
            events
          </span>
        </div>
        <SeenRow seen={why.own} isOwn isCut={why.is_cut} />
        {why.others.map((seen) => (
          <SeenRow key={seen.value.join('\n')} seen={seen} isOwn={false} isCut={why.is_cut} />
        ))}
      </div>
      {why.others.length === 0 && <p class="muted">No other value stands in this history.</p>}
      {why.more_others > 0 && <p class="muted">+ {counted(why.more_others, 'other value')}</p>}
      <p class="line">
        {factsOf(why, chain).map((fact) => (
          <span key={fact} class="chip bad">
            {fact}
          </span>
        ))}
        <span class="chip">
          {why.fields.some((field) => field.startsWith('host.'))
            ? 'Scope: one host'
            : 'Scope: all hosts'}
        </span>
        <span class="chip warn">
          The same value stays silent for {lengthText(lengthMs)} after each time it is seen
        </span>
      </p>
    </section>
  )
}

/** What speaks against the new value, from the value itself and from what is stored of its program. */
function factsOf(why: WireWhyNew, chain: WireAlertContext['chain']): readonly string[] {
  const [value = ''] = why.own.value
  const isPath = why.fields.length === 1 && why.fields[0]?.endsWith('executable') === true
  const program = chain?.processes.find(({ executable }) => executable === value)
  const isTemporary = /^\/(?:tmp|var\/tmp|dev\/shm|run\/user)\//.test(value)
  const isHome = /^\/(?:home\/|root\/)/.test(value)
  return [
    ...(isPath && program?.starts !== undefined && program.starts <= 1
      ? ['Program started once in 30 days, on any host']
      : []),
    ...(isPath && isTemporary ? ['Runs from a temporary directory'] : []),
    ...(isPath && isHome ? ['Runs from a home directory'] : []),
  ]
}

function Coverage({ why }: { readonly why: WireWhyNew }) {
  const { complete_at: completeAt, coverage } = why
  if (completeAt === undefined) return <span class="chip ok">History complete</span>
  const percent = Math.floor(coverage * 100)
  const until = completeAt.slice(0, 16).replace('T', ' ')
  return (
    <span class={`chip ${coverage < 0.2 ? 'bad' : 'warn'}`}>
      {coverage < 0.2 ? 'Learning' : 'Partial'}: {percent} % of the history is there, all of it on{' '}
      {until} UTC
    </span>
  )
}

function SeenRow({
  seen,
  isOwn,
  isCut,
}: {
  readonly seen: WireWhyNew['own']
  readonly isOwn: boolean
  readonly isCut: boolean
}) {
  const most = Math.max(1, ...seen.buckets)
  const least = isCut ? 'at least ' : ''
  const text = `${least}${counted(seen.count, 'event')} on ${counted(seen.hosts, 'host')}`
  return (
    <div class={`history-row${isOwn ? ' is-own' : ''}`} role="row">
      <span role="rowheader">
        <MachineText text={seen.value.join(' · ')} />
      </span>
      <span role="cell" class="track">
        <svg
          viewBox={`0 0 ${seen.buckets.length} 14`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {seen.buckets.map((count, at) =>
            count === 0 ? null : (
              <rect
                key={at}
                x={at + 0.1}
                width={0.8}
                y={14 - Math.max(3, (14 * count) / most)}
                height={Math.max(3, (14 * count) / most)}
              />
            ),
          )}
        </svg>
        <span class="hidden-text">
          from {seen.first_at} to {seen.last_at}
        </span>
      </span>
      <span role="cell" class="history-count">
        {text}
      </span>
    </div>
  )
}

function lengthText(ms: number): string {
  if (ms >= dayMs) return `${Math.round(ms / dayMs)} d`
  return ms >= 3_600_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 60_000)} min`
}
