import { containerChange } from '../../container-change.ts'

/** Ends a container at once. */
export const containerKill = containerChange({
  id: 'container-kill',
  title: 'Kill',
  effect: 'Its processes end at once; what they had in memory is lost, its files stay.',
  undo: '',
  states: ['running', 'paused'],
  path: '/kill',
  done: 'killed',
})
