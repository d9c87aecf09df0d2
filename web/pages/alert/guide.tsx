import { useEffect, useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireCase } from '#api'
import { api } from '../../api.ts'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { counted } from '../../parts/text.tsx'
import { problemOf } from '../../parts/use-loaded.ts'

type Step = WireCase['guide'][number]

const parts = [
  ['look', ''],
  ['harmless', 'When it is harmless'],
  ['respond', 'What to do'],
] as const

/** The investigation guide of the rule: what to look at as a checklist with answers, the rest to unfold. Text and never markup. */
export function Guide({
  id,
  guide,
  onChanged,
}: {
  readonly id: string
  readonly guide: WireCase['guide']
  readonly onChanged: () => void
}) {
  if (guide.length === 0) return null
  const asked = guide.filter(({ tickable }) => tickable)
  const done = asked.filter(({ state }) => state !== 'open')
  return (
    <section aria-labelledby="guide" class="guide">
      <h2 id="guide" class="line">
        Investigation guide <span class="space" />
        {asked.length > 0 && (
          <span>
            {done.length} of {asked.length} done
          </span>
        )}
      </h2>
      {parts.map(([section, title]) => {
        const steps = guide.filter((step) => step.section === section)
        if (steps.length === 0) return null
        const shown = steps.map((step, at) => (
          <Block key={at} id={id} step={step} onChanged={onChanged} />
        ))
        return section === 'look' ? (
          <Looking key={section} id={id} steps={steps} onChanged={onChanged} />
        ) : (
          <details key={section}>
            <summary>{title}</summary>
            {shown}
          </details>
        )
      })}
    </section>
  )
}

/** The checklist; what introduces it is folded away where there are steps to do. */
function Looking({
  id,
  steps,
  onChanged,
}: {
  readonly id: string
  readonly steps: readonly Step[]
  readonly onChanged: () => void
}) {
  const firstStep = steps.findIndex(({ tickable }) => tickable)
  const show = (some: readonly Step[]) =>
    some.map((step, at) => <Block key={at} id={id} step={step} onChanged={onChanged} />)
  if (firstStep < 0) return <>{show(steps)}</>
  const before = steps.slice(0, firstStep).filter(({ kind }) => kind !== 'heading')
  return (
    <>
      {show(steps.slice(firstStep))}
      {before.length > 0 && (
        <details>
          <summary>Why this is told</summary>
          {show(before)}
        </details>
      )}
    </>
  )
}

function Block({
  id,
  step,
  onChanged,
}: {
  readonly id: string
  readonly step: Step
  readonly onChanged: () => void
}) {
  if (step.tickable) return <Tickable id={id} step={step} onChanged={onChanged} />
  const text = visibleText(step.text)
  switch (step.kind) {
    case 'heading':
      return step.section === 'look' ? <h3>{text}</h3> : null
    case 'code':
      return (
        <pre class="m" tabIndex={0}>
          {step.text.split('\n').map(visibleText).join('\n')}
        </pre>
      )
    case 'step':
      return (
        <div class={`step step-${Math.min(step.depth, 3)}`}>
          {text}
          <Foreign step={step} />
        </div>
      )
    default:
      return (
        <p>
          {text}
          <Foreign step={step} />
        </p>
      )
  }
}

const states = [
  ['open', 'not looked at'],
  ['done', 'done'],
  ['suspicious', 'suspicious'],
  ['not-applicable', 'not applicable'],
] as const

function Tickable({
  id,
  step,
  onChanged,
}: {
  readonly id: string
  readonly step: Step
  readonly onChanged: () => void
}) {
  const [isBusy, setBusy] = useState(false)
  // What was chosen shows at once; what the server says comes in its place.
  const [chosen, setChosen] = useState<Step['state']>()
  useEffect(() => setChosen(undefined), [step])
  const state = chosen ?? step.state
  const set = async (found: Step['state']): Promise<void> => {
    setBusy(true)
    setChosen(found)
    try {
      await api.tickGuideStep({ id, body: { step: step.text, state: found } })
      onChanged()
    } catch (thrown) {
      setChosen(undefined)
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
    setBusy(false)
  }
  const text = visibleText(step.text)
  return (
    <div class="tick">
      <input
        type="checkbox"
        aria-label={text}
        checked={state !== 'open'}
        disabled={isBusy || !may('triage')}
        onChange={(event) => void set(event.currentTarget.checked ? 'done' : 'open')}
      />
      <details class="tick-text">
        <summary>{text}</summary>
        <div class="line">
          <label>
            Found{' '}
            <select
              value={state}
              disabled={isBusy || !may('triage')}
              onChange={(event) => {
                const found = states.find(([each]) => each === event.currentTarget.value)
                if (found !== undefined) void set(found[0])
              }}
            >
              {states.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          {step.ticked_by !== undefined && (
            <span class="muted">by {visibleText(step.ticked_by)}</span>
          )}
        </div>
        <Foreign step={step} />
      </details>
      <span class="tick-answers">
        {state === 'suspicious' && <span class="chip bad">suspicious</span>}
        {step.settled.map(({ word, there }) => (
          <span key={word} class={`chip ${there ? 'ok' : ''}`} title={word}>
            {there ? 'yes' : 'no'}
            <span class="hidden-text">, {visibleText(word)}</span>
          </span>
        ))}
        {step.answers.map((answer) => (
          <a key={answer.query} class="chip link" href={exploreLink(answer)} title={answer.query}>
            {counted(answer.count, answer.noun)}
          </a>
        ))}
      </span>
    </div>
  )
}

function exploreLink({ query, from, to }: Step['answers'][number]): string {
  const asked = new URLSearchParams({ lang: 'kql', q: query, t: `${from}..${to}` })
  return `/explore?${asked.toString()}`
}

/** A question that another program would answer, which is not part of this one: shown, and said so. */
function Foreign({ step: { foreign } }: { readonly step: Step }) {
  if (foreign === undefined) return null
  return (
    <span class="foreign">
      <span class="muted">
        {' '}
        {foreign.kind === 'osquery'
          ? 'To be asked of osquery on the host, which is not part of Vedette:'
          : 'A search of another console, not run here:'}
      </span>
      {foreign.query !== '' && <code>{visibleText(foreign.query)}</code>}
    </span>
  )
}
