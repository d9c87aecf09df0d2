export { type Agent, type AgentOptions, startAgent } from './agent.ts'
export { enroll, unenroll } from './enroll.ts'
export { type AgentHome, type AgentIdentity, openHome } from './home.ts'
export type { StartWatch, Watch } from './host-watch.ts'
