import type { Alert } from '#alert'
import type { WireBacktestLine } from '#api'
import { valuesOf } from '#event'

const longest = 600

/** What a backtest tells of one alert. */
export function alertLine({ body }: Alert): NonNullable<WireBacktestLine['alerts']>[number] {
  const text = (field: string) => valuesOf(body, field).map(String).join(', ').slice(0, longest)
  return {
    at: text('kibana.alert.original_time') || text('@timestamp'),
    severity: text('kibana.alert.severity'),
    reason: text('process.args') === '' ? text('kibana.alert.reason') : commandOf(body),
    host: text('host.name'),
    new_terms: text('kibana.alert.new_terms'),
  }
}

function commandOf(body: Alert['body']): string {
  const [parent = ''] = valuesOf(body, 'process.parent.name').map(String)
  const command = valuesOf(body, 'process.args').map(String).join(' ')
  return (parent === '' ? command : `${parent} → ${command}`).slice(0, longest)
}
