import { dirname } from 'node:path'
import type { Draw } from '../../fuzz/random.ts'
import { fileContent, type FileContent } from './file-content.ts'
import type { Operation } from './operation.ts'
import { tornFile, type FileChange } from './torn-file.ts'

/** A disk as a program leaves it: what is on it for sure, and what only a cache has. */
export interface Disk {
  apply(operation: Operation): void
  /**
   * What could be found after the power went now: everything that was synced, and of the rest what chance left.
   * Names of a directory that was not synced since are there up to some change, as journals of file systems keep them.
   */
  imageAfterPowerCut(draw: Draw): DiskImage
}

/** Directories and files, by path. */
export interface DiskImage {
  readonly directories: readonly string[]
  readonly files: ReadonlyMap<string, Buffer>
}

interface Inode {
  readonly isDirectory: boolean
  readonly synced: FileContent
  unsynced: FileChange[]
}

/** Names that came and went with one operation. */
interface NameChange {
  readonly gone?: string
  readonly came?: { readonly path: string; readonly node: Inode }
}

/** An empty disk but for its root directory, whose own name is safe. */
export function emptyDisk(root: { readonly path: string; readonly inode: number }): Disk {
  const top = inode(true)
  const nodes = new Map([[root.inode, top]])
  /** As programs see them now. */
  const names = new Map([[root.path, top]])
  /** As the disk has them. */
  const syncedNames = new Map(names)
  const changesByDirectory = new Map<string, NameChange[]>()

  const rename = (path: string, made: NameChange): void => {
    applied(names, made)
    const waiting = changesByDirectory.get(dirname(path))
    if (waiting === undefined) changesByDirectory.set(dirname(path), [made])
    else waiting.push(made)
  }

  const sync = (node: Inode): void => {
    if (!node.isDirectory) {
      for (const change of node.unsynced) {
        if (change.kind === 'cut') node.synced.resize(change.length)
        else node.synced.write(change.offset, change.bytes)
      }
      node.unsynced = []
      return
    }
    for (const [path, each] of names) {
      if (each !== node) continue
      for (const made of changesByDirectory.get(path) ?? []) applied(syncedNames, made)
      changesByDirectory.delete(path)
    }
  }

  return {
    apply(operation) {
      switch (operation.kind) {
        case 'created': {
          const node = inode(operation.isDirectory)
          nodes.set(operation.inode, node)
          rename(operation.path, { came: { path: operation.path, node } })
          return
        }
        case 'written':
        case 'cut':
          nodes.get(operation.inode)?.unsynced.push(operation)
          return
        case 'synced': {
          const node = nodes.get(operation.inode)
          if (node !== undefined) sync(node)
          return
        }
        case 'renamed': {
          const node = names.get(operation.path)
          if (node === undefined) throw new Error(`${operation.path} was renamed, and not there`)
          rename(operation.path, { gone: operation.path, came: { path: operation.to, node } })
          return
        }
        case 'unlinked':
          rename(operation.path, { gone: operation.path })
          return
        case 'told':
          return
      }
    },
    imageAfterPowerCut(draw) {
      const found = new Map(syncedNames)
      for (const changes of changesByDirectory.values()) {
        for (const made of changes.slice(0, draw(changes.length + 1))) applied(found, made)
      }
      const isThere = (path: string): boolean =>
        path === root.path || (found.has(path) && isThere(dirname(path)))
      const present = [...found].filter(([path]) => isThere(path))
      return {
        directories: present.flatMap(([path, node]) => (node.isDirectory ? [path] : [])),
        files: new Map(
          present.flatMap(([path, node]) =>
            node.isDirectory ? [] : [[path, tornFile(node.synced, node.unsynced, draw)]],
          ),
        ),
      }
    },
  }
}

function inode(isDirectory: boolean): Inode {
  return { isDirectory, synced: fileContent(), unsynced: [] }
}

function applied(names: Map<string, Inode>, { gone, came }: NameChange): void {
  if (gone !== undefined) names.delete(gone)
  if (came !== undefined) names.set(came.path, came.node)
}
