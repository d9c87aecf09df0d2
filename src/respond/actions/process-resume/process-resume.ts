import { processSignal } from '../../process-signal.ts'

/** Lets a process go on that stands still. */
export const processResume = processSignal({
  id: 'process-resume',
  title: 'Let the process go on',
  effect: 'It runs again.',
  undo: 'process-suspend',
  signal: 'SIGCONT',
  done: 'resumed',
})
