import { alertIndexOf } from '#alert'
import { ok, type KibanaRoute } from './call.ts'

const path = '/api/detection_engine'

/** What tools ask of an installation before they begin. */
export const installationRoutes: readonly KibanaRoute[] = [
  {
    method: 'GET',
    path: '/api/status',
    answer: async ({ world: { identity } }) =>
      ok({
        name: 'vedette',
        uuid: identity.clusterUuid,
        version: {
          number: identity.version,
          build_hash: 'unknown',
          build_number: 0,
          build_snapshot: false,
          build_flavor: 'traditional',
        },
        status: { overall: { level: 'available', summary: 'All services are available' } },
      }),
  },
  {
    method: 'GET',
    path: `${path}/index`,
    answer: async () => ok({ name: alertIndexOf('default'), index_mapping_outdated: false }),
  },
  { method: 'POST', path: `${path}/index`, answer: async () => ok({ acknowledged: true }) },
  {
    method: 'GET',
    path: `${path}/privileges`,
    answer: async () => ok({ is_authenticated: true, has_encryption_key: true }),
  },
  {
    method: 'GET',
    path: `${path}/rules/prepackaged/_status`,
    async answer({ world }) {
      const rules = await world.rules.list()
      const own = rules.filter(({ immutable }) => immutable).length
      return ok({
        rules_custom_installed: rules.length - own,
        rules_installed: own,
        rules_not_installed: 0,
        rules_not_updated: 0,
        timelines_installed: 0,
        timelines_not_installed: 0,
        timelines_not_updated: 0,
      })
    },
  },
  {
    method: 'PUT',
    path: `${path}/rules/prepackaged`,
    answer: async () =>
      ok({ rules_installed: 0, rules_updated: 0, timelines_installed: 0, timelines_updated: 0 }),
  },
]
