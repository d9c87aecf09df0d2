import { alertIndexOf, statusOf } from '#alert'
import type { Answer } from '../../http/exchange.ts'
import type { SearchCall, SearchRoute } from '../call.ts'
import { sourceFilterOf } from '../read/source-filter.ts'

const parameters = [
  '_source',
  '_source_includes',
  '_source_excludes',
  'refresh',
  'realtime',
  'preference',
  'routing',
  'stored_fields',
  'version',
  'version_type',
]

/** Single documents by index and id. */
export const documentRoutes: readonly SearchRoute[] = [
  {
    methods: ['GET', 'HEAD'],
    path: '/{index}/_doc/{id}',
    needs: 'read',
    parameters,
    async answer(call): Promise<Answer> {
      const [index, id] = [call.part('index'), call.part('id')]
      const found = await documentOf(call)
      if (found === undefined)
        return { status: 404, body: { _index: index, _id: id, found: false } }
      const source = sourceFilterOf(call.query)?.(found.source)
      const facts = {
        _index: found.index,
        _id: id,
        _version: 1,
        _seq_no: found.place,
        _primary_term: 1,
        found: true,
      }
      return { status: 200, body: { ...facts, ...(source !== undefined && { _source: source }) } }
    },
  },
  {
    methods: ['GET', 'HEAD'],
    path: '/{index}/_source/{id}',
    needs: 'read',
    parameters,
    async answer(call): Promise<Answer> {
      const found = await documentOf(call)
      if (found !== undefined)
        return { status: 200, body: sourceFilterOf(call.query)?.(found.source) ?? {} }
      const reason = `Document not found [${call.part('index')}]/[${call.part('id')}]`
      const cause = { type: 'resource_not_found_exception', reason }
      return { status: 404, body: { error: { root_cause: [cause], ...cause }, status: 404 } }
    },
  },
]

async function documentOf({ world, part }: SearchCall) {
  const [index, id] = [part('index'), part('id')]
  const alertIndex = alertIndexOf('default')
  if (index === alertIndex || index === '.alerts-security.alerts-default') {
    const alert = await world.alerts.get(id)
    if (alert === undefined) return undefined
    const source = { ...alert.body, 'kibana.alert.workflow_status': statusOf(alert.body) }
    return { index: alertIndex, place: alert.version, source }
  }
  const event = await world.events.get(index, id)
  return event && { index, place: event.sequence, source: event.source }
}
