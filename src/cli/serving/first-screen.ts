import type { WireStatus } from '#api'
import type { AccessToken, OneTimeLinks } from '#server'
import { shown, type Terminal } from '../terminal.ts'
import { isLoopback } from './server-tls.ts'

/** What somebody wants to know when the server has started. */
export function firstScreen(
  {
    status,
    url,
    token,
    links,
  }: {
    readonly status: WireStatus
    readonly url: string
    readonly token: AccessToken
    readonly links: OneTimeLinks
  },
  terminal: Terminal,
): string {
  const ok = terminal.tint('good', '✓')
  const mind = terminal.tint('warning', '!')
  const { sensor, rules, store } = status
  const sees = sensor.mode !== 'none' && sensor.mode !== 'off'
  return [
    ...(status.demo ? [`${mind} sample     what is shown never happened (--demo)`] : []),
    `${ok} data       ${shown(status.data_directory)} (${store.events} events kept)`,
    `${ok} listening  ${url} (${reachText(url)})`,
    `${ok} token      in ${shown(token.path)}${token.isNew ? `, new: ${token.token}` : ''}`,
    ...(terminal.errIsTty
      ? [`${ok} page       ${url}${links.path()} (signs in once, within 15 minutes)`]
      : []),
    `${sees ? ok : mind} sensor     ${sensorText(status)}`,
    ...sensor.blind_spots.map((spot) => `             cannot see: ${shown(spot)}`),
    ...(sensor.remedy === undefined
      ? []
      : [`             to see everything: ${shown(sensor.remedy)}`]),
    `${rules.enabled > 0 ? ok : mind} rules      ${rules.enabled} on${idleText(rules)}`,
    '',
    status.demo
      ? `try: vedette open --data ${shown(status.data_directory)}`
      : `try: vedette selftest${' '.repeat(8)}${terminal.tint('faint', '(from a clone: npm run -s vedette selftest)')}`,
    '',
  ].join('\n')
}

function reachText(url: string): string {
  const { protocol, hostname } = new URL(url)
  if (isLoopback(hostname.replaceAll(/[[\]]/g, ''))) return 'this machine only'
  return protocol === 'https:'
    ? 'encrypted'
    : 'not encrypted: whoever reads the network reads the token'
}

function sensorText({ sensor }: WireStatus): string {
  switch (sensor.mode) {
    case 'bpf':
      return 'eBPF: every program start on this host'
    case 'audit':
      return 'audit: program starts of this host, with blind spots'
    case 'proc':
      return 'process connector: program starts of this host, with blind spots'
    default:
      return `off: ${shown(sensor.reason ?? 'not wanted')}`
  }
}

function idleText({ enabled, runnable }: WireStatus['rules']): string {
  return enabled === runnable ? '' : `, ${enabled - runnable} of them cannot run: vedette rule list`
}
