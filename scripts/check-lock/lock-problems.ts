import { isJsonObject, type JsonObject } from '#base'

/** Licences that let the product be given on under its own; what is only built with may have those of `builtWith` too. */
const licences = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
])
const builtWith = new Set(['MPL-2.0', 'CC-BY-4.0'])

/** What is wrong with the packages of a lock file, a sentence each. `allowedScripts`: those that may run one at installation. */
export function lockProblems(
  lock: JsonObject,
  allowedScripts: ReadonlySet<string>,
): { readonly packages: number; readonly problems: readonly string[] } {
  const packages = packagesOf(lock)
  const problems = packages.flatMap(([path, facts]) => [...problemsOf(path, facts, allowedScripts)])
  return { packages: packages.length, problems }
}

function packagesOf(lock: JsonObject): readonly (readonly [string, JsonObject])[] {
  const { packages } = lock
  if (!isJsonObject(packages)) throw new Error('package-lock.json lists no packages')
  return Object.entries(packages).flatMap(([path, facts]) =>
    path !== '' && isJsonObject(facts) ? [[path, facts] as const] : [],
  )
}

function* problemsOf(
  path: string,
  facts: JsonObject,
  allowedScripts: ReadonlySet<string>,
): Generator<string> {
  const { version, resolved, integrity, license, hasInstallScript, dev, devOptional } = facts
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const what = `${name}@${String(version)}`
  if (resolved !== undefined)
    yield `${what}: the lock file names the place it came from; see .npmrc`
  if (typeof integrity !== 'string' || !integrity.startsWith('sha512-')) {
    yield `${what}: it has no SHA-512 in the lock file`
  }
  if (hasInstallScript === true && !allowedScripts.has(name)) {
    yield `${what}: it runs a script when it is installed, and allowScripts in package.json does not name it`
  }
  const isBuiltWith = dev === true || devOptional === true
  const isAllowed = (each: string): boolean =>
    licences.has(each) || (isBuiltWith && builtWith.has(each))
  const terms = typeof license === 'string' ? license : ''
  if (
    !terms
      .replaceAll(/[()]/g, '')
      .split(' OR ')
      .some((choice) => choice.split(' AND ').every(isAllowed))
  ) {
    yield `${what}: its licence is [${terms || 'not stated'}], which is not among those that may be used`
  }
}
