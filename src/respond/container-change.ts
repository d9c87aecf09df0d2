import { textIn } from '#base'
import { said, type Action } from './action.ts'
import { containerParameters, onContainer, stateOf } from './container-target.ts'

/** An action that is one call of the engine, possible in some states of a container. */
export function containerChange({
  states,
  path,
  waitMs = 10_000,
  done,
  ...prose
}: Pick<Action, 'id' | 'title' | 'effect' | 'undo'> & {
  /** States in which there is something to do. */
  readonly states: readonly string[]
  readonly path: string
  readonly waitMs?: number
  /** What was done, before the name: `stopped`. */
  readonly done: string
}): Action {
  return {
    ...onContainer,
    ...prose,
    changesNothing: false,
    parameters: containerParameters,
    timeoutMs: waitMs + 20_000,
    async preview(values, { host }) {
      const container = await host.container(textIn(values, 'container'))
      const state = stateOf(container.inspected)
      return said(
        states.includes(state)
          ? `${container.name} is ${state}; it would be ${done}`
          : `${container.name} is ${state}: there is nothing to do`,
      )
    },
    async run(values, { host }) {
      const container = await host.container(textIn(values, 'container'))
      const before = stateOf(container.inspected)
      if (!states.includes(before)) {
        return said(`${container.name} is ${before} already: nothing was done`)
      }
      await container.change(path, { waitMs })
      const after = stateOf((await host.container(container.id)).inspected)
      return said(`${done} ${container.name}; it was ${before} and is ${after}`)
    },
  }
}
