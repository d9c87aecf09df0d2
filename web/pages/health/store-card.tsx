import type { AnswerOf, routes, WireStatus } from '#api'
import { counted } from '../../parts/text.tsx'

const gibibyte = 1024 ** 3
const dayMs = 86_400_000

/** What is kept, how much room it takes, and when the oldest goes. */
export function StoreCard({
  store: { events, bytes, indices },
  settings,
}: {
  readonly store: WireStatus['store']
  readonly settings: AnswerOf<(typeof routes)['getSettings']> | undefined
}) {
  const firsts = indices.flatMap(({ first_ms: ms }) => (typeof ms === 'number' ? [ms] : []))
  const oldestMs = firsts.length === 0 ? undefined : Math.min(...firsts)
  return (
    <section aria-labelledby="store">
      <h2 id="store">Store</h2>
      <dl>
        <dt>Kept</dt>
        <dd>
          {counted(events, 'event')}, {sizeText(bytes)}
          {events > 0 && `, ${Math.round(bytes / events).toLocaleString('en')} bytes each`}
        </dd>
        <dt>Oldest</dt>
        <dd>
          {oldestMs === undefined
            ? 'none'
            : `${Math.floor((Date.now() - oldestMs) / dayMs).toLocaleString('en')} days ago`}
        </dd>
        {settings !== undefined && (
          <>
            <dt>Goes after</dt>
            <dd>
              {settings.keep_days.toLocaleString('en')} days, or beyond{' '}
              {settings.keep_gib.toLocaleString('en')} GiB (<code>--keep-days</code>,{' '}
              <code>--keep-gib</code>)
            </dd>
            <dt>Room taken</dt>
            <dd>
              <progress
                max={settings.keep_gib * gibibyte}
                value={bytes}
                aria-label="Room taken of what it may take"
              />{' '}
              {((bytes / (settings.keep_gib * gibibyte)) * 100).toFixed(1)} %
            </dd>
          </>
        )}
      </dl>
    </section>
  )
}

function sizeText(bytes: number): string {
  return bytes >= gibibyte
    ? `${(bytes / gibibyte).toFixed(1)} GiB`
    : `${Math.ceil(bytes / 1_048_576).toLocaleString('en')} MiB`
}
