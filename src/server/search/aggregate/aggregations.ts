import type { Aggregation } from './aggregation.ts'
import { cardinality } from './cardinality.ts'
import { composite } from './composite.ts'
import { dateHistogram } from './date-histogram.ts'
import { filter, filters } from './filter.ts'
import { histogram } from './histogram.ts'
import { avg, max, min, stats, sum, valueCount } from './metrics.ts'
import { missing } from './missing.ts'
import { terms } from './terms.ts'
import { topHits } from './top-hits.ts'

/** Every aggregation that searches know. */
export const aggregations: readonly Aggregation[] = [
  avg,
  cardinality,
  composite,
  dateHistogram,
  filter,
  filters,
  histogram,
  max,
  min,
  missing,
  stats,
  sum,
  terms,
  topHits,
  valueCount,
]
