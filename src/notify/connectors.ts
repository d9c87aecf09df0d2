import type { Connector } from './connector.ts'
import { email } from './connectors/email/email.ts'
import { jira } from './connectors/jira/jira.ts'
import { pagerduty } from './connectors/pagerduty/pagerduty.ts'
import { slack } from './connectors/slack/slack.ts'
import { syslog } from './connectors/syslog/syslog.ts'
import { teams } from './connectors/teams/teams.ts'
import { webhook } from './connectors/webhook/webhook.ts'

/** Every way to tell somebody, in the order in which they are offered. */
export const connectors: readonly Connector[] = [
  webhook,
  slack,
  email,
  pagerduty,
  jira,
  syslog,
  teams,
]

/** The connector of this id; undefined where there is none. */
export function connectorOf(id: string): Connector | undefined {
  return connectors.find((each) => each.id === id)
}
