import { eventAlertId } from '#alert'
import { uuidOf } from '#base'
import { isoOf } from '../../execution/execution-record.ts'
import type { Candidate, WindowSearch } from '../../rule-type.ts'
import type { Bucket, PassLimits } from './bucket-shelf.ts'
import { bucketsIn, type ThresholdQuestion } from './buckets-in.ts'
import { toldFromNote, toldGroups } from './told-groups.ts'

/** Candidates that are handed over at a time. */
const candidatesAtATime = 500

/**
 * A candidate for each group of a window that has enough events, in the order of the groups' values.
 * Events up to the last one that an alert of their group stands for are not counted again.
 */
export async function* thresholdCandidates(
  search: WindowSearch,
  question: ThresholdQuestion,
  limits?: PassLimits,
): AsyncGenerator<readonly Candidate[]> {
  const noted = toldFromNote(await search.notes.of(search.dueMs))
  // Once and for all, since alerts of this very window are stored while it goes on.
  const told = noted ?? (await toldGroups(search, question.fields))
  let isNoted = noted !== undefined
  for await (const buckets of bucketsIn(search, question, { told, limits })) {
    if (buckets.length > 0 && !isNoted) {
      await search.notes.keep(search.dueMs, [...told])
      isNoted = true
    }
    for (let at = 0; at < buckets.length; at += candidatesAtATime) {
      const some = buckets.slice(at, at + candidatesAtATime)
      yield some.map((bucket) => candidateOf(bucket, question, search))
    }
  }
}

/** An alert on a group is one on an event that nobody sent: the group's values, at its last event's time. */
function candidateOf(bucket: Bucket, question: ThresholdQuestion, search: WindowSearch): Candidate {
  const { group, startMs, endMs } = bucket
  const terms = question.fields.map(({ name }, i) => ({ field: name, value: group.terms[i] ?? '' }))
  const event = {
    index: search.indices.join(','),
    id: groupEventId(bucket, question, search),
    source: {
      '@timestamp': isoOf(endMs),
      ...Object.fromEntries(terms.map(({ field, value }) => [field, value])),
    },
  }
  return {
    event,
    eventMs: startMs,
    alertId: eventAlertId(event, search.owner),
    extras: {
      'kibana.alert.threshold_result': {
        terms,
        ...(question.distinct === undefined
          ? {}
          : {
              cardinality: [{ field: question.distinct.field.name, value: bucket.distinct ?? 0 }],
            }),
        count: bucket.count,
        from: isoOf(startMs),
      },
    },
    group: { values: group.terms, endMs },
  }
}

/** The same group in the same window of the same rule has the same id, whenever the window is read. */
function groupEventId(
  { group }: Bucket,
  { fields }: ThresholdQuestion,
  { owner, dueMs }: WindowSearch,
): string {
  const names = fields.map(({ name }) => name)
  return uuidOf('threshold', owner.ruleUuid, String(dueMs), JSON.stringify(names), group.key)
}
