import { containerChange } from '../../container-change.ts'

/** Lets a frozen container go on. */
export const containerUnpause = containerChange({
  id: 'container-unpause',
  title: 'Go on',
  effect: 'Its processes run again.',
  undo: 'container-pause',
  states: ['paused'],
  path: '/unpause',
  done: 'resumed',
})
