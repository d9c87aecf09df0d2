import { textPart } from '../../action.ts'
import { containerLook } from '../../container-look.ts'
import { stateOf } from '../../container-target.ts'

/** Everything that the engine knows of a container. */
export const containerInspect = containerLook({
  id: 'container-inspect',
  title: 'Inspect',
  effect: 'Everything the engine knows of it; values that look like secrets are taken out.',
  look: async ({ name, inspected }) => ({
    summary: `${name} is ${stateOf(inspected)}`,
    parts: [textPart('inspect', JSON.stringify(inspected, undefined, 2))],
  }),
})
