import { visibleText } from '#base'
import type { WireTreeProcess } from '#api'
import { MachineText, Time } from '../../parts/text.tsx'
import { lengthText, type Span } from './span.ts'

const longest = 220
const deepest = 12
/** A program with fewer events than this in 30 days is rare. */
const rare = 5

/** One process of a tree, and its life on a line of time. */
export function TreeRow({
  process,
  top,
  span,
  isCurrent,
  onChoose,
}: {
  readonly process: WireTreeProcess
  /** The depth of the topmost process. */
  readonly top: number
  readonly span: Span | undefined
  readonly isCurrent: boolean
  readonly onChoose: () => void
}) {
  const level = process.depth - top
  const { prevalence } = process
  return (
    <div
      role="row"
      id={`process-${process.entity_id}`}
      aria-level={level + 1}
      aria-selected={isCurrent}
      class={`tree-row${isCurrent ? ' is-current' : ''}${process.depth === 0 ? ' is-own' : ''}${process.alerts.length > 0 ? ' has-alert' : ''}`}
      onClick={onChoose}
    >
      <span role="gridcell" class={`tree-name depth-${Math.min(level, deepest)}`}>
        {level > 0 && (
          <span class="muted" aria-hidden="true">
            └{' '}
          </span>
        )}
        <button type="button" class="tree-button" onClick={onChoose}>
          <strong>{visibleText(process.name || process.executable || 'unknown')}</strong>
        </button>{' '}
        <span class="muted">{process.pid}</span>{' '}
        <MachineText text={process.args.slice(1).join(' ').slice(0, longest)} />
        {process.programs.length > 1 && (
          <span class="muted"> was {visibleText(process.programs[0]?.name ?? '')}</span>
        )}
      </span>
      <span role="gridcell">{visibleText(process.user)}</span>
      <span role="gridcell">
        {process.started_at !== undefined && <Time iso={process.started_at} />}
      </span>
      <span role="gridcell">
        {process.alerts.length > 0 ? (
          <span class="chip bad">alert</span>
        ) : (
          prevalence !== undefined && (
            <span class={prevalence.events < rare ? 'is-rare' : 'muted'}>
              {prevalence.events <= 1 ? 'first' : prevalence.events < rare ? 'rare' : 'common'}
            </span>
          )
        )}
        {!process.seen && <span class="muted"> not seen</span>}
      </span>
      <span role="gridcell" class="tree-time">
        {span !== undefined && <Life process={process} span={span} />}
      </span>
    </div>
  )
}

function Life({
  process: { started_at: started, ended_at: ended },
  span: { fromMs, toMs },
}: {
  readonly process: WireTreeProcess
  readonly span: Span
}) {
  if (started === undefined) return null
  const startMs = Date.parse(started)
  const endMs = ended === undefined ? toMs : Date.parse(ended)
  const share = (ms: number): number =>
    Math.min(1, Math.max(0, (ms - fromMs) / Math.max(1, toMs - fromMs)))
  const left = share(startMs)
  const width = Math.max(0.012, share(endMs) - left)
  const told =
    ended === undefined ? 'no end is stored' : `lived ${lengthText(Math.max(0, endMs - startMs))}`
  return (
    <svg class="life" viewBox="0 0 1000 14" preserveAspectRatio="none" role="img" aria-label={told}>
      <title>{told}</title>
      <rect
        class={ended === undefined ? 'is-open' : ''}
        x={Math.min(left, 0.988) * 1_000}
        y={3}
        width={width * 1_000}
        height={8}
        rx={2}
      />
    </svg>
  )
}
