import { anyOf, type Reading } from './reading.ts'

/** How common a program is. */
export interface Prevalence {
  /** Events of its executable within the time. */
  readonly events: number
  /** Hosts on which they were. */
  readonly hosts: number
}

const dayMs = 86_400_000
const lookedBackMs = 30 * dayMs
/** Each executable is a question to the store. */
const maxExecutables = 24

/** How common executables were in the last 30 days; those beyond the first two dozen are left out. */
export async function prevalenceOf(
  executables: readonly string[],
  { events, context, signal }: Reading,
): Promise<ReadonlyMap<string, Prevalence>> {
  const asked = [...new Set(executables)].filter((path) => path !== '').slice(0, maxExecutables)
  const found = await Promise.all(
    asked.map(async (executable) => {
      const { events: count, distinct } = await events.topValues({
        indices: ['logs-*'],
        filter: anyOf('process.executable', [executable]),
        field: 'host.name',
        limit: 1,
        context,
        time: {
          fields: { primary: '@timestamp' },
          fromMs: context.nowMs - lookedBackMs,
          toMs: context.nowMs,
        },
        ...(signal !== undefined && { signal }),
      })
      return [executable, { events: count, hosts: distinct }] as const
    }),
  )
  return new Map(found)
}
