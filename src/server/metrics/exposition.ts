/** One figure of a {@link Metric}, told from the others by its labels. */
export interface Sample {
  readonly labels?: { readonly [name: string]: string }
  readonly value: number
}

/** A figure that is watched over time, in the words of Prometheus. */
export interface Metric {
  /** With its unit at the end; that of a counter ends in `_total`. */
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly samples: readonly Sample[]
}

/** The media type of what {@link expositionOf} gives. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** Metrics in Prometheus' text format, version 0.0.4. Figures that are no number are left out. */
export function expositionOf(metrics: readonly Metric[]): string {
  return metrics.map((metric) => `${linesOf(metric).join('\n')}\n`).join('')
}

function linesOf({ name, help, type, samples }: Metric): readonly string[] {
  return [
    `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
    `# TYPE ${name} ${type}`,
    ...samples
      .filter(({ value }) => !Number.isNaN(value))
      .map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`),
  ]
}

function labelText(labels: { readonly [name: string]: string }): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
