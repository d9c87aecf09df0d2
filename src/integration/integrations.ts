import type { Integration } from './integration.ts'

/** Every integration, the more telling formats first: the first whose lines they are is taken. */
export const integrations: readonly Integration[] = []
