import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { isJsonObject, messageOf, type JsonObject } from '#base'
import { lockProblems } from './check-lock/lock-problems.ts'

const usage = `Audits what the lock file brings in, everything below included:

  node scripts/check-lock.ts            every package has a checksum and comes from where npm is told, none runs a script at
                                        installation but those that package.json allows, and all have a licence that may ship
  node scripts/check-lock.ts --advised  also asks npm for known vulnerabilities; says so where nobody answers

Exit status: 0 when all is well, 1 when something is not.`

const allowedScripts = new Set(
  Object.entries(Object(objectIn('package.json')['allowScripts'])).flatMap(([name, allowed]) =>
    allowed === true ? [name] : [],
  ),
)

if (process.argv.includes('--help')) console.log(usage)
else process.exitCode = await audit(process.argv.includes('--advised'))

async function audit(advised: boolean): Promise<number> {
  const { packages, problems } = lockProblems(objectIn('package-lock.json'), allowedScripts)
  for (const problem of problems) console.error(problem)
  console.log(`${packages} packages in the lock file, ${problems.length} problems`)
  const known = advised ? await advisories() : 0
  return problems.length + known > 0 ? 1 : 0
}

function objectIn(path: string): JsonObject {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!isJsonObject(value)) throw new Error(`${path} is no JSON object`)
  return value
}

/** How many vulnerabilities npm knows of. */
async function advisories(): Promise<number> {
  // npm ends with 1 where it found some, and tells them all the same.
  const told = await promisify(execFile)('npm', ['audit', '--json'], { maxBuffer: 2 ** 26 }).catch(
    (thrown: unknown) => ({ stdout: String(Reflect.get(Object(thrown), 'stdout') ?? '') }),
  )
  const total = totalIn(told.stdout)
  if (typeof total === 'number') {
    console.log(`npm knows of ${total} vulnerabilities in them`)
    if (total > 0) console.error(told.stdout)
    return total
  }
  console.log(`known vulnerabilities were NOT looked up: ${total}`)
  return 0
}

function totalIn(text: string): number | string {
  try {
    const told: unknown = JSON.parse(text)
    const { metadata, error, message } = Object(told)
    const total: unknown = metadata?.vulnerabilities?.total
    if (typeof total === 'number') return total
    // What follows names the place that was asked.
    const [reason] = String(error?.summary || message || 'without a reason').split(' - ')
    return `the registry refuses to answer: ${reason}`
  } catch (thrown) {
    return `npm audit gave no answer: ${messageOf(thrown)}`
  }
}
