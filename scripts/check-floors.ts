import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { annex, packages, rooms, tools } from '../floors.mjs'

const help = `Checks that every room imports only what floors.mjs allows, enters other rooms by their
door, that no files import one another in a circle, and that every dependency has its reason.

  node scripts/check-floors.ts            check; exit code 1 and a list when a wall is broken
  node scripts/check-floors.ts --drawing  print the drawing of the floors that ARCHITECTURE.md shows`

type RoomName = keyof typeof rooms
type Room = { readonly floor: number; readonly may: readonly string[]; readonly portable: boolean }

const allRooms: { readonly [name: string]: Room } = rooms
const allPackages: { readonly [name: string]: { readonly rooms: readonly string[] } } = packages

/** Import and re-export specifiers of a TypeScript text, types included. */
function importsOf(text: string): readonly string[] {
  const found = text.matchAll(
    /^(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
  )
  return Array.from(found, (match) => match[1] ?? match[2] ?? match[3] ?? '')
}

function isTest(path: string): boolean {
  return /\.test\.ts$|\.property\.test\.ts$|\/conformance\.ts$|\.fixture\.ts$/.test(path)
}

/** AssemblyScript knows no doors: what is written in it may use what is written in it in a room below. */
function isAssemblyBelow(path: string, target: string, { may }: Room): boolean {
  const [, targetRoom = ''] = target.split('/')
  return [path, target].every((each) => each.includes('/assembly/')) && may.includes(targetRoom)
}

function problemsOf(path: string, roomName: string, room: Room): readonly string[] {
  const test = isTest(path)
  return importsOf(readFileSync(path, 'utf8')).flatMap((specifier) => {
    const say = (what: string) => [`${path}: imports ${specifier}: ${what}`]
    if (specifier.startsWith('#')) {
      const target = specifier.slice(1)
      if (!(target in allRooms)) return say('no such room')
      if (target === roomName) return say('a room does not enter itself by its door')
      return test || room.may.includes(target) ? [] : say(`${roomName} may not look at ${target}`)
    }
    if (specifier.startsWith('.')) {
      const target = normalize(join(dirname(path), specifier))
      if (!existsSync(target)) return say('no such file')
      const inside = target.startsWith(`src/${roomName}/`) || !target.startsWith('src/')
      return inside || isAssemblyBelow(path, target, room)
        ? []
        : say('another room is entered by its #door')
    }
    if (specifier.startsWith('node:')) {
      return room.portable && !test ? say(`${roomName} runs anywhere, without Node`) : []
    }
    if (test) return []
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
    const reason = allPackages[name]
    if (reason === undefined) return say('this package has no reason in floors.mjs')
    return reason.rooms.includes(roomName) ? [] : say(`${name} is not for ${roomName}`)
  })
}

/** What a file of the page imports that it may not. */
function annexProblems(path: string): readonly string[] {
  const { may, packages: ofWeb } = annex.web
  return importsOf(readFileSync(path, 'utf8')).flatMap((specifier) => {
    const say = (what: string) => [`${path}: imports ${specifier}: ${what}`]
    if (specifier.startsWith('#')) {
      return may.includes(specifier.slice(1)) ? [] : say('the page may not look there')
    }
    if (specifier.startsWith('.')) {
      const target = normalize(join(dirname(path), specifier))
      return existsSync(target) && target.startsWith('web/') ? [] : say('no such file of the page')
    }
    if (isTest(path)) return []
    const isMeant = ofWeb.some((name) => specifier === name || specifier.startsWith(`${name}/`))
    return isMeant ? [] : say('this package is not for the page')
  })
}

/** Circles among the files of one room, each as the path that closes it. */
function circlesIn(files: readonly string[]): readonly string[] {
  const edges = new Map(
    files.map((file) => [
      file,
      importsOf(readFileSync(file, 'utf8'))
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => normalize(join(dirname(file), specifier))),
    ]),
  )
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file)
    if (at >= 0) {
      circles.push(`circle: ${[...trail.slice(at), file].join(' -> ')}`)
      return
    }
    if (done.has(file)) return
    for (const next of edges.get(file) ?? []) visit(next, [...trail, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  return circles
}

function dependencyProblems(): readonly string[] {
  const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'))
  const { dependencies = {}, devDependencies = {} } = manifest as {
    readonly dependencies?: { readonly [name: string]: string }
    readonly devDependencies?: { readonly [name: string]: string }
  }
  return Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => !(name in packages) && !(name in tools))
    .map((name) => `package.json: ${name} has no reason in floors.mjs`)
}

/** The floors from the top down, a line each. */
function drawing(): string {
  const floors = Map.groupBy(Object.entries(allRooms), ([, room]) => room.floor)
  return Array.from(floors)
    .toSorted(([a], [b]) => b - a)
    .map(([floor, members]) => {
      const names = members.map(([name, room]) => (room.portable ? name : `${name}*`))
      return `${String(floor).padStart(2)}  ${names.join('   ')}`
    })
    .concat('    (* needs Node; the others run anywhere)')
    .join('\n')
}

function main(args: readonly string[]): number {
  if (args.includes('--help')) {
    console.log(help)
    return 0
  }
  if (args.includes('--drawing')) {
    console.log(drawing())
    return 0
  }
  const problems = Object.keys(allRooms).flatMap((name) => {
    const room = rooms[name as RoomName]
    const files = globSync(`src/${name}/**/*.ts`)
    return [...files.flatMap((file) => problemsOf(file, name, room)), ...circlesIn(files)]
  })
  for (const file of globSync('web/**/*.{ts,tsx}', {
    exclude: ['web/dist/**', 'web/*.config.ts'],
  })) {
    problems.push(...annexProblems(file))
  }
  problems.push(...dependencyProblems())
  for (const problem of problems) console.error(problem)
  console.log(problems.length === 0 ? 'floors: in order' : `floors: ${problems.length} problems`)
  return problems.length === 0 ? 0 : 1
}

process.exitCode = main(process.argv.slice(2))
