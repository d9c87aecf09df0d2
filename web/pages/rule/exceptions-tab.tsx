import { useState } from 'preact/hooks'
import { isJsonObject, visibleText, type JsonObject } from '#base'
import { api } from '../../api.ts'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { counted, MachineText, Problem, Time } from '../../parts/text.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'
import type { RuleTabProps } from './rule-page.tsx'
import { objectsIn, textIn, textsIn } from './wire.ts'

/** What the rule is kept from telling, and how each exception fares. */
export function ExceptionsTab({ installed: { id, rule, revision }, onSaved }: RuleTabProps) {
  const lists = objectsIn(rule, 'exceptions_list').map((list) => textIn(list, 'list_id'))
  const found = useLoaded(`exceptions ${id} ${revision} ${lists.join(' ')}`, (signal) =>
    Promise.all(lists.map((listId) => ofList(listId, signal))),
  )
  const change = async (text: string, what: () => Promise<void>, undo: () => Promise<void>) => {
    const reload = (): void => {
      found.reload()
      onSaved()
    }
    try {
      await what()
      reload()
      tellDone(text, async () => {
        await undo()
        reload()
      })
    } catch (thrown) {
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
  }
  const items = (found.value ?? []).flat()
  return (
    <div class="column">
      {may('triage') && (
        <NewException
          onAdd={(name, entries) => {
            const itemId = crypto.randomUUID()
            return change(
              'Exception added.',
              async () => {
                const body = { item_id: itemId, name, entries }
                await api.addRuleException({ id, body })
              },
              async () => {
                await api.removeExceptionItem({
                  list_id: `rule-${id}`,
                  item_id: itemId,
                })
              },
            )
          }}
        />
      )}
      {found.problem !== undefined && <Problem text={found.problem} onRetry={found.reload} />}
      {found.value !== undefined && items.length === 0 && (
        <p class="empty">
          Nothing is excepted from this rule. An alert's page makes an exception of what it shows.
        </p>
      )}
      {items.map(({ listId, item, wire }) => (
        <section key={`${listId}/${item.item_id}`} class="exception">
          <div class="line">
            <strong>{visibleText(item.name)}</strong>
            <span class={`chip ${tones[item.verdict] ?? ''}`}>
              {item.verdict.replaceAll('-', ' ')}
            </span>
            <span class="muted">
              kept {counted(item.matches, 'event')} away
              {item.last_match !== undefined && (
                <>
                  , last <Time iso={item.last_match} />
                </>
              )}
              {item.expire_time !== undefined && (
                <>
                  , expires <Time iso={item.expire_time} />
                </>
              )}
            </span>
            <span class="space" />
            {may('triage') && (
              <button
                type="button"
                onClick={() =>
                  void change(
                    'Exception removed.',
                    async () => {
                      await api.removeExceptionItem({
                        list_id: listId,
                        item_id: item.item_id,
                      })
                    },
                    async () => {
                      const { expire_time: expires } = item
                      const entries = objectsIn(wire, 'entries')
                      const body = {
                        item_id: item.item_id,
                        name: item.name,
                        entries,
                        ...(expires !== undefined && { expire_time: expires }),
                      }
                      await api.addExceptionItem({ list_id: listId, body })
                    },
                  )
                }
              >
                Remove
              </button>
            )}
          </div>
          {objectsIn(wire, 'entries').map((entry, at) => (
            <p key={at} class="entry">
              {at > 0 && <span class="muted">and </span>}
              <MachineText text={entryText(entry)} />
            </p>
          ))}
          {item.true_positives > 0 && (
            <p class="problem">
              It would have hidden {counted(item.true_positives, 'alert')} that were true positives:{' '}
              {item.true_positive_alerts.map((alert, at) => (
                <a key={alert} href={`/alerts/${alert}`}>
                  {at + 1}{' '}
                </a>
              ))}
            </p>
          )}
        </section>
      ))}
    </div>
  )
}

const tones: { readonly [verdict: string]: string } = {
  active: 'ok',
  stale: 'warn',
  expired: 'warn',
  'not-applied': 'bad',
}

async function ofList(listId: string, signal: AbortSignal) {
  const [review, { items }] = await Promise.all([
    api.reviewExceptions({ list_id: listId }, signal),
    api.listExceptionItems({ list_id: listId }, signal),
  ])
  return review.items.map((item) => ({
    listId,
    item,
    wire: items.find((each) => each['item_id'] === item.item_id) ?? {},
  }))
}

function entryText(entry: JsonObject): string {
  const word = textIn(entry, 'operator') === 'excluded' ? 'is not' : 'is'
  const value = textIn(entry, 'value') || textsIn(entry, 'value').join(', ')
  const type = textIn(entry, 'type')
  const list = entry['list']
  const named = list !== undefined && isJsonObject(list) ? `in list ${textIn(list, 'id')}` : ''
  const how = { exists: 'there', wildcard: 'like ', match_any: 'one of ' }[type] ?? ''
  return `${textIn(entry, 'field')} ${word} ${how}${value}${named}`.slice(0, 600)
}

function NewException({
  onAdd,
}: {
  readonly onAdd: (name: string, entries: readonly JsonObject[]) => Promise<void>
}) {
  const [field, setField] = useState('')
  const [value, setValue] = useState('')
  const [type, setType] = useState('match')
  return (
    <section aria-labelledby="except">
      <h2 id="except">Add an exception</h2>
      <form
        class="form-row"
        onSubmit={(event) => {
          event.preventDefault()
          const entry = {
            field: field.trim(),
            type,
            operator: 'included',
            value,
          }
          void onAdd(`${field.trim()} ${value}`.slice(0, 200), [entry])
          setValue('')
        }}
      >
        <label class="field">
          <span>Field</span>
          <input
            type="text"
            value={field}
            onInput={(event) => setField(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Is</span>
          <select value={type} onChange={(event) => setType(event.currentTarget.value)}>
            <option value="match">exactly</option>
            <option value="wildcard">like, with * and ?</option>
          </select>
        </label>
        <label class="field">
          <span>Value</span>
          <input
            type="text"
            value={value}
            onInput={(event) => setValue(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" disabled={field.trim() === '' || value === ''}>
          Add
        </button>
      </form>
    </section>
  )
}
