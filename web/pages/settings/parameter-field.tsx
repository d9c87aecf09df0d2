import type { TargetedInputEvent } from 'preact'
import type { WireParameter } from '#api'

/** One value that a person gives, by the kind that it is of. */
export function ParameterField({
  parameter,
  value,
  isSet,
  onChange,
}: {
  readonly parameter: WireParameter
  readonly value: string
  /** It is a secret that the server has and does not give back. */
  readonly isSet: boolean
  readonly onChange: (value: string) => void
}) {
  const { title, help, required, kind } = parameter
  const hints = [help, required ? undefined : 'may be left out'].filter(
    (hint) => hint !== undefined,
  )
  const field = {
    placeholder: isSet ? 'as it is' : (parameter.default ?? ''),
    value,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => onChange(event.currentTarget.value),
  }
  return (
    <label>
      {title}
      {hints.length > 0 && <span class="muted"> ({hints.join('; ')})</span>}{' '}
      {kind === 'choice' || kind === 'switch' ? (
        <select
          value={value === '' ? (parameter.default ?? '') : value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {(parameter.choices ?? ['false', 'true']).map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : parameter.secret ? (
        <input type="password" autocomplete="new-password" {...field} />
      ) : (
        <input type="text" autocomplete="off" {...field} />
      )}
    </label>
  )
}
