import { canonicalJson, type JsonObject, type JsonValue } from '#base'
import { joinKey, matchSequences, sequenceMachine, type StagedEvent } from '#query'
import { elementsOf, objectsOf, textOf } from '../json.ts'
import { resultOf, type CaseResult, type Difference } from '../outcome.ts'

/** Runs a vector of the sequence machines alone: for each stage the events that satisfy it, and what they make. */
export function seriesCase(test: JsonObject): CaseResult {
  const stages = elementsOf(test['stages']).map((stage: JsonValue) => objectsOf(stage))
  const shape = { stages: stages.map(() => ({ isMissing: false })) }
  const events = stagedOf(stages)
  const machine = sequenceMachine<string>(shape, { maxEvents: 1_000 })
  const found = {
    'at once': matchSequences(shape, events),
    'as they come': events.flatMap((event) => machine.push(event)),
  }
  const expected = test['expected'] ?? null
  const differences = Object.entries(found).flatMap(([what, matches]): readonly Difference[] => {
    const ids = matches.map((match) => match.events)
    return canonicalJson(ids) === canonicalJson(expected) ? [] : [{ what, expected, found: ids }]
  })
  return resultOf(textOf(test['id']), differences)
}

/** The distinct events by their ordinal, which is their time. */
function stagedOf(stages: readonly (readonly JsonObject[])[]): readonly StagedEvent<string>[] {
  const ordinals = new Set(stages.flat().map(({ ordinal }) => Number(ordinal)))
  return [...ordinals]
    .toSorted((a, b) => a - b)
    .map((ordinal) => {
      const own = stages.map((stage) => stage.filter((each) => each['ordinal'] === ordinal))
      return {
        event: textOf(own.flat()[0]?.['event']),
        at: { timeMs: ordinal, position: ordinal },
        keysByStage: own.map((met) => met.map(({ key = null }) => joinKey([textOf(key) || null]))),
        untilKeys: [],
        isCut: false,
      }
    })
}
