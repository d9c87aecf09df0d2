import { mayDo, rolesThatMay, type Api, type WireAction, type WireCommand } from '#api'
import { Fault, type JsonObject } from '#base'
import {
  actionOf,
  actions,
  unknownCommand,
  type Action,
  type Command,
  type HostLink,
} from '#respond'
import { alertOf } from './alerts-api.ts'
import { nobody, type ApiWorld } from './api-world.ts'
import { wireParameters } from './wire-parameters.ts'

type ResponseCalls = Pick<
  Api,
  'listActions' | 'giveCommand' | 'listCommands' | 'getCommand' | 'cancelCommand'
>

/** The part of the API by which hosts are given commands. */
export function responseApi(world: ApiWorld): ResponseCalls {
  const { commands } = world
  return {
    async listActions({ host }) {
      const hosts = commands.hosts()
      const link = host === undefined ? hosts[0] : hosts.find(({ hostId }) => hostId === host)
      const told = await Promise.all(actions.map((action) => wireAction(action, link)))
      return {
        hosts: hosts.map(({ hostId, hostName, level }) => ({ id: hostId, name: hostName, level })),
        actions: told,
      }
    },
    async giveCommand({ body }, _signal, by = nobody, as = 'admin') {
      const {
        action: id,
        host,
        parameters = {},
        why,
        alert: alertId,
        dry_run: isDryRun = false,
      } = body
      const permission = actionOf(id)?.permission ?? 'respond'
      if (!mayDo(as, permission)) {
        const message = `${by} has the role ${as}, and ${id} is for ${rolesThatMay(permission)}`
        throw new Fault('forbidden', 'auth.role', message)
      }
      if (alertId !== undefined) await alertOf(world, alertId)
      const command = await commands.give({
        action: id,
        values: parameters,
        hostId: host ?? commands.hosts()[0]?.hostId ?? '',
        isDryRun,
        who: by,
        role: as,
        why,
        alertId,
      })
      return wireCommand(command)
    },
    async listCommands({ host, alert, state, limit }) {
      const found = await commands.list({
        ...(host !== undefined && { hostId: host }),
        ...(alert !== undefined && { alertId: alert }),
        ...(state !== undefined && { states: state }),
        ...(limit !== undefined && { limit }),
      })
      return { commands: found.map(wireCommand) }
    },
    async getCommand({ id }) {
      const command = await commands.get(id)
      if (command === undefined) throw unknownCommand(id)
      const parts = await commands.outputOf(id)
      const output = parts.map(({ name, text, encoding, isCut }) => ({
        name,
        text,
        encoding,
        cut: isCut,
      }))
      const bytes = output.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
      return { command: wireCommand(command), output, bytes }
    },
    cancelCommand: async ({ id }, _signal, by = nobody) =>
      wireCommand(await commands.cancel(id, by)),
  }
}

async function wireAction(action: Action, link: HostLink | undefined): Promise<WireAction> {
  const obstacle = await obstacleTo(action, link)
  return {
    id: action.id,
    title: action.title,
    on: action.on,
    changes_nothing: action.changesNothing,
    needs: action.permission,
    effect: action.effect,
    undo: action.undo,
    parameters: wireParameters(action.parameters),
    ...(obstacle !== undefined && { obstacle }),
  }
}

async function obstacleTo(
  { changesNothing, need }: Action,
  link: HostLink | undefined,
): Promise<string | undefined> {
  if (link === undefined) {
    return 'no host obeys commands: `vedette serve --respond look` lets this one be looked at, `--respond act` also changed'
  }
  if (link.level === 'look' && !changesNothing) {
    return 'this host only lets itself be looked at: `vedette serve --respond act` lets commands change it'
  }
  return link.obstacle(need)
}

function wireCommand(command: Command): WireCommand {
  const { begunMs, endedMs, alertId, outputHash } = command
  const parameters: JsonObject = command.values
  return {
    id: command.id,
    action: command.action,
    title: actionOf(command.action)?.title ?? command.action,
    parameters,
    target: command.target,
    host: { id: command.hostId, name: command.hostName },
    dry_run: command.isDryRun,
    who: command.who,
    why: command.why,
    ...(alertId !== undefined && { alert: alertId }),
    state: command.state,
    given_at: isoOf(command.givenMs),
    expires_at: isoOf(command.expiresMs),
    ...(begunMs !== undefined && { begun_at: isoOf(begunMs) }),
    ...(endedMs !== undefined && { ended_at: isoOf(endedMs) }),
    summary: command.summary,
    ...(outputHash !== '' && { output_sha256: outputHash }),
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
