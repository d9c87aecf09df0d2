import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node'

/**
 * Closes a run with one plain line, `N passed, N failed, N skipped`, after saying why each skipped test
 * was skipped. A skip without a reason, or a file that did not load, counts as a failure.
 */
export class PlainClosingLine implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const inState = (state: string) => tests.filter((test) => test.result().state === state)
    const skipped = inState('skipped')
    const unexplained = skipped.filter((test) => reasonOf(test) === undefined)
    for (const [reason, names] of Map.groupBy(skipped, (test) => reasonOf(test) ?? 'NO REASON')) {
      console.log(`skipped (${reason}):`)
      for (const test of names) console.log(`  ${test.module.relativeModuleId}: ${test.fullName}`)
    }
    const broken = modules.filter((module) => module.errors().length > 0).length + errors.length
    const failed = inState('failed').length + unexplained.length + broken
    if (failed > 0) process.exitCode = 1
    const line = `${inState('passed').length} passed, ${failed} failed, ${skipped.length - unexplained.length} skipped`
    // Last of all, after the default reporter's summary.
    this.#vitest?.onClose(() => console.log(`\n${line}`))
  }
}

function reasonOf(test: TestCase): string | undefined {
  const result = test.result()
  return result.state === 'skipped' ? result.note : undefined
}
