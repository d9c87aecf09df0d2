import type { ActionDefaults } from '../bulk/action.ts'

/** What a request demands of the place that its events go to. */
export function demandsOf(query: URLSearchParams): Omit<ActionDefaults, 'index'> {
  const isSet = (name: string): boolean => ['', 'true'].includes(query.get(name) ?? 'false')
  return { requireDataStream: isSet('require_data_stream'), requireAlias: isSet('require_alias') }
}
