import { openApiDocument, type Api } from '#api'
import { accessApi } from './access-api.ts'
import { agentsApi } from './agents-api.ts'
import { alertListApi } from './alert-list-api.ts'
import { alertsApi } from './alerts-api.ts'
import type { ApiWorld } from './api-world.ts'
import { behaviourApi } from './behaviour-api.ts'
import { caseApi } from './case-api.ts'
import { entitiesApi } from './entities-api.ts'
import { eventsApi } from './events-api.ts'
import { exceptionsApi } from './exceptions-api.ts'
import { healthApi } from './health-api.ts'
import { policiesApi } from './policies-api.ts'
import { queriesApi } from './queries-api.ts'
import { readinessApi } from './readiness-api.ts'
import { notifyApi } from './notify-api.ts'
import { responseApi } from './response-api.ts'
import { investigationApi } from './investigation-api.ts'
import { ruleEditsApi } from './rule-edits-api.ts'
import { ruleTestsApi } from './rule-tests-api.ts'
import { rulesApi } from './rules-api.ts'
import { runsApi } from './runs-api.ts'
import { savedQueriesApi } from './saved-queries-api.ts'

/** The API in this process: what the HTTP side, and anyone who embeds the server, asks. */
export function createApi(world: ApiWorld): Api {
  const document = openApiDocument(world.version)
  return {
    ...alertsApi(world),
    ...alertListApi(world),
    ...investigationApi(world),
    ...caseApi(world),
    ...rulesApi(world),
    ...ruleEditsApi(world),
    ...ruleTestsApi(world),
    ...behaviourApi(world),
    ...runsApi(world),
    ...savedQueriesApi(world),
    ...readinessApi(world),
    ...exceptionsApi(world),
    ...eventsApi(world),
    ...queriesApi(world),
    ...entitiesApi(world),
    ...accessApi(world),
    ...healthApi(world),
    ...responseApi(world),
    ...agentsApi(world),
    ...policiesApi(world),
    ...notifyApi(world),
    getHealth: async () => ({ status: 'ok', version: world.version }),
    getStatus: () => world.status(),
    getOpenApi: async () => document,
  }
}
