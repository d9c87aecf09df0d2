import { Fault, textIn } from '#base'
import { said, type Action } from '../../action.ts'
import { containerParameters, memberText, objectIn, onContainer } from '../../container-target.ts'
import type { Container } from '../../host.ts'

/** Takes a container off its networks. */
export const containerNetworkDisconnect: Action = {
  ...onContainer,
  id: 'container-network-disconnect',
  title: 'Cut off its networks',
  effect: 'It runs on without any network of its engine; connections that are open end.',
  undo: '`docker network connect NETWORK CONTAINER` for each network that the output names',
  changesNothing: false,
  parameters: containerParameters,
  timeoutMs: 30_000,
  async preview(values, { host }) {
    const container = await host.container(textIn(values, 'container'))
    return said(`${container.name} would leave ${namesOf(networksOf(container))}`)
  },
  async run(values, { host }) {
    const container = await host.container(textIn(values, 'container'))
    const networks = networksOf(container)
    for (const { id } of networks) {
      await container.engine(`/networks/${encodeURIComponent(id)}/disconnect`, {
        Container: container.id,
        Force: true,
      })
    }
    return said(`${container.name} left ${namesOf(networks)}`)
  },
}

interface Network {
  readonly name: string
  readonly id: string
}

/** Faults: `conflict` where there is nothing to leave. */
function networksOf({ name, whole }: Container): readonly Network[] {
  const mode = memberText(objectIn(whole, 'HostConfig'), 'NetworkMode')
  const held = Object.entries(objectIn(objectIn(whole, 'NetworkSettings'), 'Networks')).filter(
    ([network]) => network !== 'none' && network !== 'host',
  )
  if (held.length === 0) {
    const why =
      mode === 'host' ? 'it has the network of the host: isolate the host, or stop it' : ''
    const message = `${name} is on no network that it could leave${why === '' ? '' : `; ${why}`}`
    throw new Fault('conflict', 'respond.no-network', message)
  }
  return held.map(([network, facts]) => ({
    name: network,
    id: memberText(facts, 'NetworkID') || network,
  }))
}

function namesOf(networks: readonly Network[]): string {
  return networks.map(({ name }) => name).join(', ')
}
