import { textIn, type Parameters, type Values } from '#base'
import { said, type Action, type ActionContext, type Outcome } from './action.ts'
import { containerParameters, onContainer, stateOf } from './container-target.ts'
import type { Container } from './host.ts'

/** An action that asks about a container and changes nothing. */
export function containerLook({
  look,
  parameters = {},
  ...prose
}: Pick<Action, 'id' | 'title' | 'effect'> & {
  readonly parameters?: Parameters
  look(container: Container, values: Values, context: ActionContext): Promise<Outcome>
}): Action {
  return {
    ...onContainer,
    ...prose,
    undo: '',
    changesNothing: true,
    parameters: { ...containerParameters, ...parameters },
    timeoutMs: 30_000,
    async preview(values, { host }) {
      const container = await host.container(textIn(values, 'container'))
      return said(`${container.name} is ${stateOf(container.inspected)}; it would be looked at`)
    },
    run: async (values, context) =>
      look(await context.host.container(textIn(values, 'container')), values, context),
  }
}
