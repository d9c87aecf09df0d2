import { Fault } from '#base'
import { indexNameProblem } from '#event'

const maxRemembered = 1_000

/** Indices and data streams that a client made before it sent anything to them; remembered until the server stops. */
export interface CreatedIndices {
  /** Faults: `invalid` for what cannot be the name of an index. */
  add(name: string): void
  has(name: string): boolean
}

/** None yet. The oldest makes room where they are a thousand. */
export function createdIndices(): CreatedIndices {
  const names = new Set<string>()
  return {
    add(name) {
      const problem = indexNameProblem(name)
      if (problem !== undefined) throw new Fault('invalid', 'elastic.index-name', problem)
      const [oldest] = names
      if (names.size >= maxRemembered && oldest !== undefined) names.delete(oldest)
      names.add(name)
    },
    has: (name) => names.has(name),
  }
}
