import { isJsonObject, visibleText, type JsonValue } from '#base'
import type { WireSensor } from '#api'
import { counted } from '../../parts/text.tsx'

/** How the host of the server is watched, and what was lost on the way: never silently. */
export function SensorCard({ sensor }: { readonly sensor: WireSensor }) {
  const sees = sensor.mode !== 'none' && sensor.mode !== 'off'
  const counts = sensor.counters === undefined ? [] : countsIn(sensor.counters)
  const lost = counts.filter(([name, count]) => isLoss(name) && count > 0)
  return (
    <section aria-labelledby="sensor">
      <h2 id="sensor">Sensor of this host</h2>
      <p class="line">
        <span class={`chip ${sees ? 'ok' : 'warn'}`}>
          {sees ? `sees by ${sensor.mode}` : 'off'}
        </span>
        {sees && (
          <span class={`chip ${lost.length === 0 ? 'ok' : 'bad'}`}>
            {lost.length === 0
              ? 'nothing lost'
              : `${counted(
                  lost.reduce((sum, [, count]) => sum + count, 0),
                  'record',
                )} lost`}
          </span>
        )}
        {sensor.reason !== undefined && visibleText(sensor.reason)}
      </p>
      {sensor.blind_spots.length > 0 && (
        <ul>
          {sensor.blind_spots.map((spot) => (
            <li key={spot}>cannot see: {visibleText(spot)}</li>
          ))}
        </ul>
      )}
      {sensor.remedy !== undefined && (
        <p>
          To see everything: <code>{visibleText(sensor.remedy)}</code>
        </p>
      )}
      {lost.length > 0 && <Counts counts={lost} />}
      {counts.length > 0 && (
        <details>
          <summary>All it counted since it started</summary>
          <Counts counts={counts} />
        </details>
      )}
    </section>
  )
}

function Counts({ counts }: { readonly counts: readonly (readonly [string, number])[] }) {
  return (
    <dl>
      {counts.map(([name, count]) => (
        <div key={name} class="pair">
          <dt>{name}</dt>
          <dd class={isLoss(name) && count > 0 ? 'is-bad' : ''}>{count.toLocaleString('en')}</dd>
        </div>
      ))}
    </dl>
  )
}

function isLoss(name: string): boolean {
  return /\b(lost|dropped|torn|missed|overrun)\b/.test(name)
}

/** Every number by its path, in words. */
function countsIn(value: JsonValue, path = ''): readonly (readonly [string, number])[] {
  if (typeof value === 'number') return [[path, value]]
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const words = name
      .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
      .replaceAll('_', ' ')
      .toLowerCase()
    return countsIn(member, `${path} ${words}`.trim())
  })
}
