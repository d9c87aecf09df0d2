import type { FunctionComponent } from 'preact'

/** What is shown at the addresses of one shape. Its code comes when it is first gone to. */
export interface Page {
  readonly title: string
  /** `/rules/:id`: a segment with a colon stands for any. */
  readonly path: string
  /** After `g`; pages with a key are in the navigation, those without are reached from others. */
  readonly key?: string
  readonly load: () => Promise<FunctionComponent>
}

/** Every page; those of the navigation in its order. */
export const pages: readonly Page[] = [
  {
    title: 'Alerts',
    path: '/alerts',
    key: 'a',
    load: async () => (await import('./alerts/alerts-page.tsx')).AlertsPage,
  },
  {
    title: 'Alert',
    path: '/alerts/:id',
    load: async () => (await import('./alert/alert-page.tsx')).AlertPage,
  },
  {
    title: 'Explore',
    path: '/explore',
    key: 'e',
    load: async () => (await import('./explore/explore-page.tsx')).ExplorePage,
  },
  {
    title: 'Process',
    path: '/processes/:id',
    load: async () => (await import('./processes/process-page.tsx')).ProcessPage,
  },
  {
    title: 'Host',
    path: '/hosts/:id',
    load: async () => (await import('./hosts/host-page.tsx')).HostPage,
  },
  {
    title: 'Agents',
    path: '/agents',
    key: 'n',
    load: async () => (await import('./agents/agents-page.tsx')).AgentsPage,
  },
  {
    title: 'Agent policy',
    path: '/agent-policies/:id',
    load: async () => (await import('./agents/policy-page.tsx')).PolicyPage,
  },
  {
    title: 'Rules',
    path: '/rules',
    key: 'r',
    load: async () => (await import('./rules/rules-page.tsx')).RulesPage,
  },
  {
    title: 'New rule',
    path: '/rules/new',
    load: async () => (await import('./rule/new-rule-page.tsx')).NewRulePage,
  },
  {
    title: 'Rule',
    path: '/rules/:id',
    load: async () => (await import('./rule/rule-page.tsx')).RulePage,
  },
  {
    title: 'Exceptions',
    path: '/exceptions',
    key: 'x',
    load: async () => (await import('./exceptions/exceptions-page.tsx')).ExceptionsPage,
  },
  {
    title: 'Coverage',
    path: '/coverage',
    key: 'c',
    load: async () => (await import('./coverage/coverage-page.tsx')).CoveragePage,
  },
  {
    title: 'Health',
    path: '/health',
    key: 'h',
    load: async () => (await import('./health/health-page.tsx')).HealthPage,
  },
  {
    title: 'Settings',
    path: '/settings',
    key: 's',
    load: async () => (await import('./settings/settings-page.tsx')).SettingsPage,
  },
  {
    title: 'Set-up',
    path: '/setup',
    key: 'u',
    load: async () => (await import('./setup/setup-page.tsx')).SetupPage,
  },
]

/** The page of an address; undefined where there is none. The root is the alerts. */
export function pageAt(segments: readonly string[]): Page | undefined {
  const wanted = segments.length === 0 ? ['alerts'] : segments
  return pages.find(({ path }) => {
    const parts = path.slice(1).split('/')
    return (
      parts.length === wanted.length &&
      parts.every((part, at) => part.startsWith(':') || part === wanted[at])
    )
  })
}
