import { said, type Action } from './action.ts'
import { inWords, meantProcess, onProcess } from './process-target.ts'

/** An action that is one signal to one process. */
export function processSignal({
  signal,
  done,
  ...prose
}: Pick<Action, 'id' | 'title' | 'effect' | 'undo'> & {
  readonly signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'
  /** What was done: `killed`. */
  readonly done: string
}): Action {
  return {
    ...onProcess,
    ...prose,
    preview: async (values, { host }) =>
      said(`${done} would be ${inWords(meantProcess(values, host))}`),
    async run(values, { host }) {
      const process = meantProcess(values, host)
      host.processes.signal(process, signal)
      return said(`${done} ${inWords(process)}`)
    },
  }
}
