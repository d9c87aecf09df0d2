import { processSignal } from '../../process-signal.ts'

/** Ends a process. */
export const processKill = processSignal({
  id: 'process-kill',
  title: 'End the process',
  effect: 'It ends at once; what it had in memory is lost. Its children live on.',
  undo: '',
  signal: 'SIGKILL',
  done: 'ended',
})
