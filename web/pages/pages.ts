import type { FunctionComponent } from 'preact'
import { AlertPage } from './alert/alert-page.tsx'
import { AlertsPage } from './alerts/alerts-page.tsx'
import { HealthPage } from './health/health-page.tsx'
import { RulesPage } from './rules/rules-page.tsx'

/** A page of the navigation. */
export interface Page {
  readonly title: string
  readonly path: string
  /** After `g`. */
  readonly key: string
  readonly View: FunctionComponent
}

/** Every page, in the order of the navigation. */
export const pages: readonly Page[] = [
  { title: 'Alerts', path: '/alerts', key: 'a', View: AlertsPage },
  { title: 'Rules', path: '/rules', key: 'r', View: RulesPage },
  { title: 'Health', path: '/health', key: 'h', View: HealthPage },
]

/** The page of an address; undefined where there is none. The root is the alerts. */
export function pageAt(segments: readonly string[]): Page | undefined {
  const [first = 'alerts', second] = segments
  const page = pages.find(({ path }) => path === `/${first}`)
  if (second === undefined) return page
  if (first !== 'alerts' || segments.length > 2 || page === undefined) return undefined
  return { ...page, View: AlertPage }
}
