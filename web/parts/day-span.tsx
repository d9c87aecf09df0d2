import { go, withQuery } from '../frame/router.ts'
import { counted } from './text.tsx'

/** Over how many days something is looked at; the choice stands in the address, as `days`. */
export function DaySpan({
  days,
  choices,
}: {
  readonly days: number
  readonly choices: readonly number[]
}) {
  return (
    <label>
      Over{' '}
      <select
        value={String(days)}
        onChange={(event) =>
          go(withQuery({ days: event.currentTarget.value }), {
            replace: true,
          })
        }
      >
        {choices.map((each) => (
          <option key={each} value={String(each)}>
            {counted(each, 'day')}
          </option>
        ))}
      </select>
    </label>
  )
}
