import { textPart, type Action } from '../../action.ts'

/** Every process of a host. */
export const processList: Action = {
  id: 'process-list',
  title: 'Processes',
  on: 'host',
  need: 'nothing',
  permission: 'respond',
  changesNothing: true,
  parameters: {},
  effect: 'Every process of the host, with its parent, its user and its command line.',
  undo: '',
  timeoutMs: 20_000,
  target: () => 'the host',
  preview: async (_values, { host }) => ({
    summary: `${host.processes.list().length} processes would be listed`,
    parts: [],
  }),
  async run(_values, { host }) {
    const processes = host.processes.list()
    const lines = processes.map(({ pid, parentPid, user, state, commandLine, entityId }) =>
      [pid, parentPid, user, state, entityId, commandLine].join('\t'),
    )
    return {
      summary: `${processes.length} processes`,
      parts: [
        textPart(
          'processes',
          ['PID\tPARENT\tUSER\tSTATE\tENTITY ID\tCOMMAND', ...lines].join('\n'),
        ),
      ],
    }
  },
}
