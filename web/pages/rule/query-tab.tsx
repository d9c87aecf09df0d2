import { useEffect, useState } from 'preact/hooks'
import { Fault, type JsonObject } from '#base'
import type { WireRule } from '#api'
import { api } from '../../api.ts'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { Problem } from '../../parts/text.tsx'
import { problemOf } from '../../parts/use-loaded.ts'
import { BacktestPanel } from './backtest-panel.tsx'
import { RuleForm } from './rule-form.tsx'

/** A rule that is written, with what it would have told beside it. */
export function QueryTab({
  installed,
  onSaved,
}: {
  readonly installed: WireRule
  readonly onSaved: () => void
}) {
  const [draft, setDraft] = useState<JsonObject>(installed.rule)
  const [base, setBase] = useState(installed)
  const [problem, setProblem] = useState<string>()
  const [theirs, setTheirs] = useState<WireRule>()
  const isChanged = JSON.stringify(draft) !== JSON.stringify(base.rule)
  useEffect(() => {
    // Nobody is writing: what was changed elsewhere shows.
    if (!isChanged) {
      setBase(installed)
      setDraft(installed.rule)
    }
  }, [installed])
  useEffect(() => {
    if (!isChanged) return
    const hold = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', hold)
    return () => removeEventListener('beforeunload', hold)
  }, [isChanged])
  const save = async (revision: number): Promise<void> => {
    if (!may('manage')) return
    setProblem(undefined)
    try {
      const saved = await api.replaceRule({
        id: base.id,
        body: { rule: draft, revision },
      })
      const before = base
      setBase(saved)
      setDraft(saved.rule)
      setTheirs(undefined)
      onSaved()
      tellDone(`Saved as revision ${saved.revision}.`, async () => {
        const body = { rule: before.rule, revision: saved.revision }
        const restored = await api.replaceRule({ id: before.id, body })
        setBase(restored)
        setDraft(restored.rule)
        onSaved()
      })
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.kind === 'conflict') {
        setTheirs(await api.getRule({ id: base.id }).catch(() => undefined))
        setProblem('Somebody changed this rule while you did. Nothing was overwritten.')
      } else setProblem(problemOf(thrown))
    }
  }
  return (
    <div class="write">
      <section class="write-form">
        <RuleForm
          rule={draft}
          isReadOnly={!may('manage')}
          onChange={setDraft}
          onSave={() => void save(base.revision)}
        />
        {problem !== undefined && <Problem text={problem} />}
        {theirs !== undefined && (
          <div class="line">
            <a class="button" href={`/rules/${installed.id}?tab=versions&version=${base.revision}`}>
              See what changed
            </a>
            <button
              type="button"
              onClick={() => {
                setBase(theirs)
                setDraft(theirs.rule)
                setTheirs(undefined)
                setProblem(undefined)
              }}
            >
              Take revision {theirs.revision} instead
            </button>
            <button type="button" onClick={() => void save(theirs.revision)}>
              Save mine over it
            </button>
          </div>
        )}
        {may('manage') && (
          <div class="line save-line">
            <span class="muted">
              {isChanged
                ? `Changed since revision ${base.revision}`
                : `As saved, revision ${base.revision}`}
            </span>
            <span class="space" />
            {isChanged && (
              <button type="button" onClick={() => setDraft(base.rule)}>
                Undo changes
              </button>
            )}
            <button
              type="button"
              class="primary"
              disabled={!isChanged}
              aria-keyshortcuts="Control+Enter"
              onClick={() => void save(base.revision)}
            >
              Save <kbd aria-hidden="true">Ctrl ↵</kbd>
            </button>
          </div>
        )}
      </section>
      <BacktestPanel rule={draft} id={installed.id} />
    </div>
  )
}
