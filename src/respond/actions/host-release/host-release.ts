import { said, type Action } from '../../action.ts'

/** Lets an isolated host onto the network again. */
export const hostRelease: Action = {
  id: 'host-release',
  title: 'Release the host',
  on: 'host',
  need: 'firewall',
  permission: 'manage',
  changesNothing: false,
  parameters: {},
  effect: 'Takes the rules of the isolation away; other rules of the firewall are not touched.',
  undo: 'host-isolate',
  timeoutMs: 20_000,
  target: () => 'the host',
  preview: async (_values, { host: { firewall, name } }) =>
    said((await firewall.isIsolated()) ? `${name} would be released` : `${name} is not isolated`),
  async run(_values, { host: { firewall, name } }) {
    if (!(await firewall.isIsolated())) return said(`${name} is not isolated: nothing was done`)
    await firewall.release()
    return said(`${name} is released`)
  },
}
