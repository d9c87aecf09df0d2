import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { AnswerOf, routes, WireChannel } from '#api'
import { api } from '../../api.ts'
import { Problem } from '../../parts/text.tsx'
import { problemOf } from '../../parts/use-loaded.ts'
import { ParameterField } from './parameter-field.tsx'

type Connectors = AnswerOf<(typeof routes)['listNotifyConnectors']>['connectors']

const severities = ['low', 'medium', 'high', 'critical'] as const

/** A channel to be made, or changed; secrets that are left empty stay as they are. */
export function ChannelForm({
  channel,
  connectors,
  onDone,
  onCancel,
}: {
  readonly channel: WireChannel | undefined
  readonly connectors: Connectors
  readonly onDone: () => void
  readonly onCancel: () => void
}) {
  const [name, setName] = useState(channel?.name ?? '')
  const [connector, setConnector] = useState(channel?.connector ?? connectors[0]?.id ?? '')
  const [given, setGiven] = useState<{ readonly [name: string]: string }>(() =>
    Object.fromEntries(
      Object.entries(channel?.settings ?? {}).map(([key, value]) => [key, String(value)]),
    ),
  )
  const [least, setLeast] = useState(channel?.least_severity ?? 'low')
  const [rules, setRules] = useState(channel?.rule_ids.join(' ') ?? '')
  const [seconds, setSeconds] = useState(String(channel?.group_seconds ?? 0))
  const [from, setFrom] = useState(channel?.quiet?.from ?? '')
  const [to, setTo] = useState(channel?.quiet?.to ?? '')
  const [template, setTemplate] = useState(channel?.template ?? '')
  const [isOn, setOn] = useState(channel?.enabled ?? true)
  const [problem, setProblem] = useState<string>()
  const chosen = connectors.find(({ id }) => id === connector)

  const save = async (): Promise<void> => {
    const body = {
      name: name.trim(),
      connector,
      settings: settingsOf(chosen, given),
      enabled: isOn,
      template,
      least_severity: least,
      rule_ids: rules.split(/[\s,]+/).filter((id) => id !== ''),
      group_seconds: Number(seconds),
      ...(from !== '' && to !== '' && { quiet: { from, to, unless: 'critical' as const } }),
    }
    try {
      if (channel === undefined) await api.createChannel({ body })
      else await api.updateChannel({ id: channel.id, body })
      onDone()
    } catch (thrown) {
      setProblem(problemOf(thrown))
    }
  }
  return (
    <form
      class="channel-form"
      aria-label={channel === undefined ? 'A new channel' : `Channel ${visibleText(channel.name)}`}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <label>
        Name{' '}
        <input
          type="text"
          maxLength={200}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label>
        By{' '}
        <select value={connector} onChange={(event) => setConnector(event.currentTarget.value)}>
          {connectors.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {chosen?.settings.map((parameter) => (
        <ParameterField
          key={`${connector} ${parameter.name}`}
          parameter={parameter}
          value={given[parameter.name] ?? ''}
          isSet={channel?.connector === connector && channel.secrets.includes(parameter.name)}
          onChange={(value) => setGiven({ ...given, [parameter.name]: value })}
        />
      ))}
      <label>
        Least severity{' '}
        <select
          value={least}
          onChange={(event) =>
            setLeast(severities.find((each) => each === event.currentTarget.value) ?? 'low')
          }
        >
          {severities.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      <label>
        Only these rules (ids; empty: all){' '}
        <input type="text" value={rules} onInput={(event) => setRules(event.currentTarget.value)} />
      </label>
      <label>
        One message for what comes within seconds{' '}
        <input
          type="number"
          min={0}
          max={86_400}
          value={seconds}
          onInput={(event) => setSeconds(event.currentTarget.value)}
        />
      </label>
      <label>
        Quiet from (UTC){' '}
        <input type="time" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label>
        to <input type="time" value={to} onInput={(event) => setTo(event.currentTarget.value)} />
      </label>
      <Template text={template} byDefault={chosen?.template ?? ''} onChange={setTemplate} />
      <label class="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => setOn(event.currentTarget.checked)}
        />
        It is told
      </label>
      {problem !== undefined && <Problem text={problem} />}
      <div class="line">
        <button type="submit" class="primary" disabled={name.trim() === ''}>
          Save the channel
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}

/** What the connector asks for and was given; what is left empty is left out. */
function settingsOf(
  connector: Connectors[number] | undefined,
  given: { readonly [name: string]: string },
): { readonly [name: string]: string } {
  const names = connector?.settings.map(({ name }) => name) ?? []
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = given[name] ?? ''
      return value === '' ? [] : [[name, value] as const]
    }),
  )
}

function Template({
  text,
  byDefault,
  onChange,
}: {
  readonly text: string
  readonly byDefault: string
  readonly onChange: (text: string) => void
}) {
  const [preview, setPreview] = useState<string>()
  const show = async (): Promise<void> => {
    try {
      const shown = await api.previewTemplate({
        body: { template: text === '' ? byDefault : text },
      })
      setPreview([shown.text, ...shown.problems].join('\n'))
    } catch (thrown) {
      setPreview(problemOf(thrown))
    }
  }
  return (
    <>
      <label>
        What is said (empty: as below){' '}
        <textarea
          rows={3}
          maxLength={5_000}
          placeholder={byDefault}
          value={text}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </label>
      <div class="line">
        <button type="button" onClick={() => void show()}>
          Preview
        </button>
      </div>
      {preview !== undefined && (
        <pre class="m" role="status">
          {preview.split('\n').map(visibleText).join('\n')}
        </pre>
      )}
    </>
  )
}
