import { useRef, useState } from 'preact/hooks'
import { counted } from './text.tsx'

/** Counts by time, the empty stretches left out. */
export interface TimeCount {
  readonly start: string
  readonly count: number
}

const height = 56

/** Bars by time. Dragging over them chooses a stretch; the same can be typed where the time is chosen. */
export function Histogram({
  buckets,
  fromMs,
  toMs,
  everyMs,
  word,
  onChoose,
}: {
  readonly buckets: readonly TimeCount[]
  readonly fromMs: number
  readonly toMs: number
  readonly everyMs: number
  /** What is counted, in the singular. */
  readonly word: string
  /** Epoch milliseconds; absent: it is only looked at. */
  readonly onChoose?: (fromMs: number, toMs: number) => void
}) {
  const box = useRef<SVGSVGElement>(null)
  const [drag, setDrag] = useState<{
    readonly a: number
    readonly b: number
  }>()
  const span = Math.max(1, toMs - fromMs)
  const most = Math.max(1, ...buckets.map(({ count }) => count))
  const total = buckets.reduce((sum, { count }) => sum + count, 0)
  const shareAt = (event: PointerEvent): number => {
    const { left = 0, width = 1 } = box.current?.getBoundingClientRect() ?? {}
    return Math.min(1, Math.max(0, (event.clientX - left) / width))
  }
  const choose = (event: PointerEvent): void => {
    if (drag === undefined) return
    const [low, high] = [Math.min(drag.a, shareAt(event)), Math.max(drag.a, shareAt(event))]
    setDrag(undefined)
    if (high - low > 0.005) onChoose?.(fromMs + low * span, fromMs + high * span)
  }
  return (
    <figure class="histogram">
      <svg
        ref={box}
        viewBox={`0 0 1000 ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${counted(total, word)} from ${isoOf(fromMs)} to ${isoOf(toMs)}, ${most.toLocaleString('en')} at most in one stretch`}
        class={onChoose === undefined ? '' : 'is-brush'}
        onPointerDown={(event) => {
          if (onChoose === undefined || event.button !== 0) return
          box.current?.setPointerCapture(event.pointerId)
          setDrag({ a: shareAt(event), b: shareAt(event) })
        }}
        onPointerMove={(event) => drag !== undefined && setDrag({ ...drag, b: shareAt(event) })}
        onPointerUp={choose}
        onPointerCancel={() => setDrag(undefined)}
      >
        {buckets.map(({ start, count }) => {
          const x = ((Date.parse(start) - fromMs) / span) * 1_000
          const width = Math.max(1.5, (everyMs / span) * 1_000 - 1)
          const tall = Math.max(2, (count / most) * (height - 4))
          return (
            <rect key={start} x={x} y={height - tall} width={width} height={tall}>
              <title>{`${start.slice(0, 16).replace('T', ' ')}: ${counted(count, word)}`}</title>
            </rect>
          )
        })}
        {drag !== undefined && (
          <rect
            class="brush"
            x={Math.min(drag.a, drag.b) * 1_000}
            y={0}
            width={Math.abs(drag.b - drag.a) * 1_000}
            height={height}
          />
        )}
      </svg>
      <figcaption>
        <span>{isoOf(fromMs)}</span>
        <details>
          <summary>as a table</summary>
          <table>
            <thead>
              <tr>
                <th scope="col">From</th>
                <th scope="col">{word}s</th>
              </tr>
            </thead>
            <tbody>
              {buckets.map(({ start, count }) => (
                <tr key={start}>
                  <td>{start.slice(0, 16).replace('T', ' ')}</td>
                  <td>{count.toLocaleString('en')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
        <span>{isoOf(toMs)}</span>
      </figcaption>
    </figure>
  )
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}
