import type { Crew } from './crew.ts'
import type { Portion } from './portion.ts'
import type { SiftTask } from './sift-task.ts'

/** A portion, with the task that it is of; or what kept a task from being read to its end. */
export type Sifting =
  | { readonly kind: 'portion'; readonly task: SiftTask; readonly portion: Portion }
  | { readonly kind: 'failure'; readonly task: SiftTask; readonly thrown: unknown }

/** Lets a crew do tasks, and gives their portions in the order of the tasks whoever was done first. */
export async function* siftAll(
  tasks: AsyncIterable<SiftTask>,
  crew: Crew,
): AsyncGenerator<Sifting> {
  const asked: { readonly task: SiftTask; readonly portions: AsyncIterable<Portion> }[] = []
  const source = tasks[Symbol.asyncIterator]()
  let hasMore = true
  for (;;) {
    while (hasMore && asked.length < crew.ahead) {
      const { value: task, done } = await source.next()
      hasMore = done !== true
      if (task !== undefined && hasMore) asked.push({ task, portions: crew.sift(task) })
    }
    const first = asked.shift()
    if (first === undefined) return
    try {
      for await (const portion of first.portions)
        yield { kind: 'portion', task: first.task, portion }
    } catch (thrown) {
      yield { kind: 'failure', task: first.task, thrown }
    }
  }
}
