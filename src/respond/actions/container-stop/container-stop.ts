import { containerChange } from '../../container-change.ts'

/** Ends a container, in good order where it wants to. */
export const containerStop = containerChange({
  id: 'container-stop',
  title: 'Stop',
  effect:
    'Its processes are asked to end, and ended after 3 seconds; what they had in memory is lost, its files stay.',
  undo: '',
  states: ['running', 'paused', 'restarting'],
  path: '/stop?t=3',
  waitMs: 20_000,
  done: 'stopped',
})
