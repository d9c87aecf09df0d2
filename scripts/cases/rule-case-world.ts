import { isJsonObject, silentLogger, type Clock, type JsonObject } from '#base'
import { createEngine, type Engine, type ExecutionRecord } from '#detect'
import { exceptionItemFromWire, valueListTypes, type InstalledRule, type Rule } from '#rule'
import type { Store } from '#store'
import { catalogueOf } from './fields.ts'
import { eventsOf, indexOf, mappingOf } from './documents.ts'
import { elementsOf, objectOf, textOf, textsOf } from './json.ts'

/** A clock that a case sets; it may go back, as cases look at several times. */
export interface CaseClock extends Clock {
  set(nowMs: number): void
}

/** A {@link CaseClock} that stands at a time. Nobody sleeps on it. */
export function caseClock(startMs: number): CaseClock {
  let nowMs = startMs
  return {
    nowMs: () => nowMs,
    sleep: () => Promise.resolve(),
    set(ms) {
      nowMs = ms
    },
  }
}

/** One case's engine, with its documents stored and its rule, exceptions and lists in place. */
export interface CaseWorld {
  readonly engine: Engine
  readonly clock: CaseClock
  readonly rule: InstalledRule
  /** Ids of alerts in the order in which they were made. */
  readonly alertIds: readonly string[]
  /** Every execution so far, in order. */
  readonly executions: ExecutionRecord[]
  index(part: JsonObject): Promise<void>
}

/** Sets a case up in a store. */
export async function caseWorld(
  test: JsonObject,
  {
    dataset,
    rule,
    store,
    clock,
  }: {
    readonly dataset: JsonObject
    readonly rule: Rule
    readonly store: Store
    readonly clock: CaseClock
  },
): Promise<CaseWorld> {
  const mapping = mappingOf(test, dataset)
  const { included_data_stream_namespaces: included, ...unknown } = objectOf(test['settings'])
  const [setting] = Object.keys(unknown)
  if (setting !== undefined) throw new Error(`setting ${setting} is not known`)
  const engine = createEngine({
    store,
    clock,
    logger: silentLogger,
    fields: catalogueOf(mapping.types),
    settings: { includedNamespaces: textsOf(included) },
    isMapped: (index, field) => mapping.isMapped(index, field),
  })
  const alertIds: string[] = []
  engine.onAlert((alerts) => alertIds.push(...alerts.map(({ id }) => id)))
  await addExceptions(engine, test)
  const index = async (part: JsonObject) => {
    const events = eventsOf(part, indexOf(test, dataset))
    const outcomes = events.length === 0 ? [] : await store.events.append(events)
    const refused = outcomes.find(({ status }) => status === 'refused')
    if (refused?.status === 'refused') throw new Error(`a document was refused: ${refused.reason}`)
  }
  await index(dataset)
  await index(test)
  return { engine, clock, rule: installed(rule, clock), alertIds, executions: [], index }
}

/** The list that holds a case's exceptions. */
export const caseList = 'case-exceptions'

async function addExceptions(engine: Engine, test: JsonObject): Promise<void> {
  const list = { listId: caseList, name: caseList, type: 'detection', unknown: {} }
  await engine.exceptions.putList({ ...list, namespaceType: 'single' })
  for (const [i, item] of elementsOf(test['exceptions']).entries()) {
    const own = isJsonObject(item) ? item : { entries: item }
    const wire = { list_id: caseList, item_id: `item-${i}`, name: `item ${i}`, ...own }
    const { value, diagnostics } = exceptionItemFromWire(wire)
    if (value === undefined) {
      throw new Error(`exception ${i}: ${diagnostics.map(({ message }) => message).join('; ')}`)
    }
    await engine.exceptions.putItem(value)
  }
  for (const [id, described] of Object.entries(objectOf(test['value_lists']))) {
    const list = objectOf(described)
    const type = valueListTypes.find((known) => known === list['type'])
    if (type === undefined) throw new Error(`value list ${id}: type ${textOf(list['type'])}`)
    const values = elementsOf(list['items']).map(String)
    await engine.exceptions.putValueList({ id, type, values })
  }
}

function installed(rule: Rule, clock: Clock): InstalledRule {
  const at = new Date(clock.nowMs()).toISOString()
  return {
    uuid: '00000000-0000-4000-8000-000000000001',
    rule,
    revision: 0,
    immutable: false,
    createdAt: at,
    createdBy: 'cases',
    updatedAt: at,
    updatedBy: 'cases',
  }
}
