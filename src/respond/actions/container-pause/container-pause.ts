import { containerChange } from '../../container-change.ts'

/** Freezes a container. */
export const containerPause = containerChange({
  id: 'container-pause',
  title: 'Pause',
  effect: 'Every process in it stands still; memory and files stay for the examination.',
  undo: 'container-unpause',
  states: ['running'],
  path: '/pause',
  done: 'paused',
})
