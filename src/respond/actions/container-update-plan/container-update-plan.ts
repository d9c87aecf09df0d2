import { isJsonObject, type JsonValue } from '#base'
import { textPart } from '../../action.ts'
import { containerLook } from '../../container-look.ts'
import { memberText, objectIn, textsIn } from '../../container-target.ts'

/** How to make a container anew without the powers that it does not need. Shows it, and does nothing. */
export const containerUpdatePlan = containerLook({
  id: 'container-update-plan',
  title: 'Plan without privileges',
  effect:
    'Shows the commands that make it anew unprivileged, with what it would lose. They are not run: privileges of a container cannot be changed while it is there.',
  async look({ id, name, inspected }) {
    const { losses, command } = planOf(inspected)
    const short = id.slice(0, 12)
    const text = [
      losses.length === 0 ? 'It has no privileges to lose.' : 'It would lose:',
      ...losses.map((loss) => `  - ${loss}`),
      '',
      'Commands, to be read before they are given (files that it wrote are lost; keep them first):',
      `  docker rename ${short} ${nameOf(name)}-before`,
      `  docker stop ${short}`,
      `  ${command}`,
      ...(command.includes(' VARIABLES ')
        ? ['VARIABLES is a file of its variables, which are not shown here.']
        : []),
    ].join('\n')
    return {
      summary: `${name} would lose ${losses.length} privileges; nothing was done`,
      parts: [textPart('plan', text)],
    }
  },
})

/** Mounts through which a container reaches the host. */
const dangerousMount =
  /^\/(?:$|etc|root|boot|proc|sys|dev|run\/docker\.sock|var\/run\/docker\.sock|var\/lib\/docker)/

function planOf(inspected: JsonValue): {
  readonly losses: readonly string[]
  readonly command: string
} {
  const host = objectIn(inspected, 'HostConfig')
  const config = objectIn(inspected, 'Config')
  const binds = textsIn(host, 'Binds')
  const harmful = binds.filter((bind) => dangerousMount.test(bind.split(':')[0] ?? ''))
  const shared = (['PidMode', 'IpcMode', 'NetworkMode', 'UTSMode', 'UsernsMode'] as const).filter(
    (mode) => memberText(host, mode) === 'host',
  )
  const added = textsIn(host, 'CapAdd')
  const options = textsIn(host, 'SecurityOpt').filter((option) => /unconfined|disable/.test(option))
  const devices = Array.isArray(host['Devices']) ? host['Devices'].length : 0
  const losses = [
    ...(host['Privileged'] === true ? ['--privileged: every capability and every device'] : []),
    ...added.map((name) => `capability ${name}`),
    ...shared.map((mode) => `${mode} of the host`),
    ...options.map((option) => `security option ${option}`),
    ...(devices > 0 ? [`${devices} devices of the host`] : []),
    ...harmful.map((bind) => `mount ${bind}`),
  ]
  const words = [
    'docker run --detach --cap-drop ALL --security-opt no-new-privileges',
    `--name ${nameOf(memberText(inspected, 'Name').replace('/', ''))}`,
    ...binds.filter((bind) => !harmful.includes(bind)).map((bind) => `--volume ${quoted(bind)}`),
    ...portsOf(host).map((port) => `--publish ${quoted(port)}`),
    ...(textsIn(config, 'Env').length > 0 ? ['--env-file VARIABLES'] : []),
    quoted(memberText(config, 'Image')),
    ...textsIn(config, 'Cmd').map(quoted),
  ]
  return { losses, command: words.join(' \\\n    ') }
}

function portsOf(host: JsonValue): readonly string[] {
  return Object.entries(objectIn(host, 'PortBindings')).flatMap(([inside, outside]) =>
    Array.isArray(outside)
      ? outside.flatMap((each: JsonValue) =>
          isJsonObject(each)
            ? [
                `${memberText(each, 'HostIp') || '127.0.0.1'}:${memberText(each, 'HostPort')}:${inside}`,
              ]
            : [],
        )
      : [],
  )
}

function nameOf(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : 'NAME'
}

function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
