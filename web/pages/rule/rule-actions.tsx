import { useEffect, useState } from 'preact/hooks'
import type { WireRule } from '#api'
import { api } from '../../api.ts'
import { saveText } from '../../actions/save-text.ts'
import { go } from '../../frame/router.ts'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { problemOf } from '../../parts/use-loaded.ts'

/** What can be done with a rule as a whole. */
export function RuleActions({
  installed,
  onSaved,
}: {
  readonly installed: WireRule
  readonly onSaved: () => void
}) {
  const { id, enabled } = installed
  const [isOn, setOn] = useState(enabled)
  useEffect(() => setOn(enabled), [installed])
  const attempt = async (what: () => Promise<void>): Promise<void> => {
    try {
      await what()
    } catch (thrown) {
      setOn(enabled)
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
  }
  const turn = (on: boolean): Promise<void> =>
    attempt(async () => {
      const set = async (wanted: boolean): Promise<void> => {
        setOn(wanted)
        await api.setRuleEnabled({ id, body: { enabled: wanted } })
        onSaved()
      }
      await set(on)
      tellDone(`Switched ${on ? 'on' : 'off'}.`, () => set(!on))
    })
  const remove = (): Promise<void> =>
    attempt(async () => {
      await api.removeRule({ id })
      go('/rules')
      tellDone('Rule deleted; its alerts stay. Undo brings it back as a new rule.', async () => {
        const made = await api.createRule({ body: { rule: installed.rule } })
        go(`/rules/${made.id}`)
      })
    })
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          role="switch"
          checked={isOn}
          disabled={!may('manage')}
          onChange={(event) => void turn(event.currentTarget.checked)}
        />
        {isOn ? 'On' : 'Off'}
      </label>
      <a class="button" href={`/alerts?rule=${encodeURIComponent(id)}`}>
        Alerts
      </a>
      <button type="button" onClick={() => void attempt(() => download(id))}>
        Export
      </button>
      {may('manage') && (
        <>
          <a class="button" href={`/rules/new?copy=${encodeURIComponent(id)}`}>
            Duplicate
          </a>
          <button type="button" class="danger" onClick={() => void remove()}>
            Delete
          </button>
        </>
      )}
    </>
  )
}

/** The rule as a TOML file that can be imported again. */
async function download(id: string): Promise<void> {
  const { files } = await api.exportRules({ format: 'toml', rules: [id] })
  for (const { name, text } of files) saveText(name, text)
}
