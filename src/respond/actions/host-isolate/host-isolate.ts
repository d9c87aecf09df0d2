import { said, textPart, type Action } from '../../action.ts'

/** Cuts a host off the network, but for the server. */
export const hostIsolate: Action = {
  id: 'host-isolate',
  title: 'Isolate the host',
  on: 'host',
  need: 'firewall',
  permission: 'manage',
  changesNothing: false,
  parameters: {},
  effect:
    'nftables lets nothing in or out but the loopback and the connections of Vedette; connections that are open break. A restart of the host ends it.',
  undo: 'host-release',
  timeoutMs: 20_000,
  target: () => 'the host',
  preview: async (_values, { host: { firewall, name } }) => ({
    summary: (await firewall.isIsolated())
      ? `${name} is isolated already`
      : `${name} would be cut off the network`,
    parts: [textPart('rules', firewall.plan())],
  }),
  async run(_values, { host: { firewall, name } }) {
    if (await firewall.isIsolated()) return said(`${name} was isolated already: nothing was done`)
    await firewall.isolate()
    return { summary: `${name} is isolated`, parts: [textPart('rules', firewall.plan())] }
  },
}
