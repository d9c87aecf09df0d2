export { localHost, type LocalHost, type LocalHostOptions } from './local-host.ts'
export { networkFirewall, type Allowed } from './network-firewall.ts'
