import { useEffect, useState } from 'preact/hooks'
import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { QueryBox } from '../../parts/query-box.tsx'
import { hasQuery, languageOf, listOf, objectIn, textIn, textsIn, withMembers } from './wire.ts'

const types = [
  ['query', 'Each event that matches'],
  ['new_terms', 'A value that was not there before'],
  ['threshold', 'Many events that match'],
  ['eql', 'Events in their order (EQL)'],
  ['esql', 'Rows of an answer (ES|QL)'],
] as const
const severities = ['low', 'medium', 'high', 'critical'] as const
const risks: { readonly [severity: string]: number } = {
  low: 21,
  medium: 47,
  high: 73,
  critical: 99,
}

/** A rule as a form, and the same as text; each changes the other. */
export function RuleForm({
  rule,
  isReadOnly,
  onChange,
  onSave,
}: {
  readonly rule: JsonObject
  readonly isReadOnly: boolean
  readonly onChange: (rule: JsonObject) => void
  readonly onSave: () => void
}) {
  const [isSource, setSource] = useState(false)
  const set = (members: { readonly [name: string]: JsonValue | undefined }): void =>
    onChange(withMembers(rule, members))
  return (
    <fieldset class="rule-form" disabled={isReadOnly}>
      <legend class="hidden-text">The rule</legend>
      <div class="line">
        <h2>{isSource ? 'Everything that the rule says' : 'What it looks for'}</h2>
        <span class="space" />
        <button type="button" aria-pressed={isSource} onClick={() => setSource(!isSource)}>
          {isSource ? 'As a form' : 'As text'}
        </button>
      </div>
      {isSource ? (
        <RuleSource rule={rule} onChange={onChange} />
      ) : (
        <Fields rule={rule} isReadOnly={isReadOnly} set={set} onSave={onSave} />
      )}
    </fieldset>
  )
}

type Set = (members: { readonly [name: string]: JsonValue | undefined }) => void

function Fields({
  rule,
  isReadOnly,
  set,
  onSave,
}: {
  readonly rule: JsonObject
  readonly isReadOnly: boolean
  readonly set: Set
  readonly onSave: () => void
}) {
  const type = textIn(rule, 'type')
  return (
    <>
      <Text title="Name" value={textIn(rule, 'name')} onInput={(name) => set({ name })} />
      <label class="field">
        <span>Description</span>
        <textarea
          rows={2}
          value={textIn(rule, 'description')}
          onInput={(event) => set({ description: event.currentTarget.value })}
        />
      </label>
      <div class="form-row">
        <label class="field">
          <span>It alerts on</span>
          <select value={type} onChange={(event) => set(ofType(rule, event.currentTarget.value))}>
            {types.map(([id, title]) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
            {!types.some(([id]) => id === type) && <option value={type}>{type}</option>}
          </select>
        </label>
        {type !== 'eql' && type !== 'esql' && hasQuery(rule) && (
          <label class="field">
            <span>Language</span>
            <select
              value={languageOf(rule)}
              onChange={(event) => set({ language: event.currentTarget.value })}
            >
              <option value="kuery">KQL</option>
              <option value="lucene">Lucene</option>
            </select>
          </label>
        )}
        <label class="field">
          <span>Severity</span>
          <select
            value={textIn(rule, 'severity')}
            onChange={(event) => {
              const severity = event.currentTarget.value
              set({ severity, risk_score: risks[severity] ?? 47 })
            }}
          >
            {severities.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
      </div>
      {type !== 'esql' && (
        <Text
          title="Index patterns"
          value={textsIn(rule, 'index').join(', ')}
          isLate
          onInput={(text) => set({ index: listOf(text) })}
        />
      )}
      {hasQuery(rule) ? (
        <div class="field">
          <span>Query</span>
          <QueryBox
            text={textIn(rule, 'query')}
            language={languageOf(rule)}
            index={textsIn(rule, 'index').join(',') || '*'}
            label="Query of the rule"
            isTall
            isReadOnly={isReadOnly}
            onChange={(query) => set({ query })}
            onSubmit={onSave}
          />
        </div>
      ) : (
        <p class="note">Rules of type {type} are edited as text.</p>
      )}
      {type === 'new_terms' && (
        <div class="form-row">
          <Text
            title="New in these fields"
            value={textsIn(rule, 'new_terms_fields').join(', ')}
            isLate
            onInput={(text) => set({ new_terms_fields: listOf(text) })}
          />
          <Text
            title="History begins"
            value={textIn(rule, 'history_window_start')}
            onInput={(start) => set({ history_window_start: start })}
          />
        </div>
      )}
      {type === 'threshold' && <Threshold rule={rule} set={set} />}
      <div class="form-row">
        <Text
          title="Runs every"
          value={textIn(rule, 'interval')}
          onInput={(interval) => set({ interval })}
        />
        <Text title="Reads from" value={textIn(rule, 'from')} onInput={(from) => set({ from })} />
        <Text
          title="Alerts a run, at most"
          value={textIn(rule, 'max_signals')}
          isLate
          onInput={(text) => set({ max_signals: Number(text) || 100 })}
        />
      </div>
      <Text
        title="Tags"
        value={textsIn(rule, 'tags').join(', ')}
        isLate
        onInput={(text) => set({ tags: listOf(text) })}
      />
      <label class="field">
        <span>Investigation guide (Markdown)</span>
        <textarea
          rows={4}
          value={textIn(rule, 'note')}
          onInput={(event) => set({ note: event.currentTarget.value || undefined })}
        />
      </label>
    </>
  )
}

function Threshold({ rule, set }: { readonly rule: JsonObject; readonly set: Set }) {
  const threshold = objectIn(rule, 'threshold')
  const value = textIn(threshold, 'value') || '1'
  return (
    <div class="form-row">
      <Text
        title="Grouped by"
        value={textsIn(threshold, 'field').join(', ')}
        isLate
        onInput={(text) => set({ threshold: { ...threshold, field: listOf(text) } })}
      />
      <Text
        title="At least so many"
        value={value}
        isLate
        onInput={(text) =>
          set({
            threshold: {
              ...threshold,
              value: Math.max(1, Math.round(Number(text)) || 1),
            },
          })
        }
      />
    </div>
  )
}

/** What a change of type needs beside: the query stays, whatever the language; an ES|QL query names its indices itself. */
function ofType(
  rule: JsonObject,
  type: string,
): { readonly [name: string]: JsonValue | undefined } {
  const before = languageOf(rule)
  const plain = before === 'eql' || before === 'esql' ? 'kuery' : before
  const isOwn = type === 'eql' || type === 'esql'
  const language = isOwn ? type : plain
  const index = before === 'esql' ? ['logs-*'] : rule['index']
  return {
    index: type === 'esql' ? undefined : index,
    filters: type === 'esql' ? undefined : rule['filters'],
    type,
    language,
    new_terms_fields:
      type === 'new_terms' ? (rule['new_terms_fields'] ?? ['process.executable']) : undefined,
    history_window_start:
      type === 'new_terms' ? (rule['history_window_start'] ?? 'now-7d') : undefined,
    threshold:
      type === 'threshold' ? (rule['threshold'] ?? { field: ['host.name'], value: 10 }) : undefined,
  }
}

function Text({
  title,
  value,
  isLate = false,
  onInput,
}: {
  readonly title: string
  readonly value: string
  /** Taken when it is left: what is shown is made of what was understood. */
  readonly isLate?: boolean
  readonly onInput: (text: string) => void
}) {
  return (
    <label class="field">
      <span>{title}</span>
      <input
        type="text"
        value={value}
        onInput={(event) => {
          if (!isLate) onInput(event.currentTarget.value)
        }}
        onChange={(event) => {
          if (isLate) onInput(event.currentTarget.value)
        }}
      />
    </label>
  )
}

function RuleSource({
  rule,
  onChange,
}: {
  readonly rule: JsonObject
  readonly onChange: (rule: JsonObject) => void
}) {
  const [text, setText] = useState(JSON.stringify(rule, null, 2))
  const [problem, setProblem] = useState('')
  useEffect(() => {
    if (problem === '' && JSON.stringify(readOf(text)) !== JSON.stringify(rule)) {
      setText(JSON.stringify(rule, null, 2))
    }
  }, [rule])
  return (
    <>
      <textarea
        class="m rule-source"
        aria-label="The rule as JSON"
        rows={28}
        value={text}
        onInput={(event) => {
          const written = event.currentTarget.value
          setText(written)
          const read = readOf(written)
          setProblem(read === undefined ? 'This is no JSON object yet.' : '')
          if (read !== undefined) onChange(read)
        }}
      />
      {problem !== '' && <p class="muted">{problem}</p>}
    </>
  )
}

function readOf(text: string): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
