import type { AlertBody } from '#alert'
import type { Collection } from '#store'

/** How many alerts one execution may still make; shared by its early answers and its scheduled run. */
export interface AlertBudget {
  readonly left: number
  /** Takes up to so many, and says how many there were. */
  take(wanted: number): number
  /** Gives back what was taken and then not used. */
  giveBack(unused: number): void
}

/** A budget of its own. */
export function alertBudget(maxAlerts: number, used = 0): AlertBudget {
  let left = Math.max(0, maxAlerts - used)
  return {
    get left() {
      return left
    },
    take(wanted) {
      const granted = Math.min(left, wanted)
      left -= granted
      return granted
    },
    giveBack(unused) {
      left += unused
    },
  }
}

/** The budgets of coming and running executions, by execution. */
export interface BudgetBook {
  /** The budget of an execution; what it has made already, also before a crash, counts. */
  of(executionUuid: string, maxAlerts: number): Promise<AlertBudget>
  /** Forgets an execution that is over. */
  close(executionUuid: string): void
}

/** Executions whose budgets are remembered at once; each rule has at most two alive. */
const maxBudgets = 20_000

/** A {@link BudgetBook} over the stored alerts. */
export function budgetBook(alerts: Collection<AlertBody>): BudgetBook {
  const budgets = new Map<string, Promise<AlertBudget>>()
  return {
    of(executionUuid, maxAlerts) {
      const known = budgets.get(executionUuid)
      if (known !== undefined) return known
      const opened = usedBy(alerts, executionUuid).then((used) => alertBudget(maxAlerts, used))
      // A count that failed must not be remembered as the answer.
      opened.catch(() => budgets.delete(executionUuid))
      budgets.set(executionUuid, opened)
      const [oldest] = budgets.keys()
      if (budgets.size > maxBudgets && oldest !== undefined) budgets.delete(oldest)
      return opened
    },
    close: (executionUuid) => {
      budgets.delete(executionUuid)
    },
  }
}

/** Most executions have made none, which one key tells at once; both together may cost a look at every alert. */
async function usedBy(alerts: Collection<AlertBody>, executionUuid: string): Promise<number> {
  const own = { key: 'execution_uuid', in: [executionUuid] }
  if ((await alerts.count([own])) === 0) return 0
  // Building blocks of sequences count for nothing beside the alerts that stand for these.
  return alerts.count([own, { key: 'sequence_block', in: [0] }])
}
