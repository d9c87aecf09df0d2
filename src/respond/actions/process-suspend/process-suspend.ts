import { processSignal } from '../../process-signal.ts'

/** Makes a process stand still. */
export const processSuspend = processSignal({
  id: 'process-suspend',
  title: 'Stop the process for a look',
  effect: 'It stands still until it is told to go on; memory and open files stay.',
  undo: 'process-resume',
  signal: 'SIGSTOP',
  done: 'stopped',
})
