import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Blob } from './entities.ts'
import type { Store } from './store.ts'

/** The bytes of media: in memory, or in files where the state is to survive. */
export interface BlobStore {
  put(bytes: Buffer, about: { id: string; contentType: string; at: number; filename?: string; sender?: string }): Blob
  read(id: string): Buffer | undefined
  remove(id: string): void
  clear(): void
}

export function createBlobStore(store: Store, directory: string | undefined, maxBytes: number): BlobStore {
  const memory = new Map<string, Buffer>()
  const folder = directory === undefined ? undefined : join(directory, 'media')
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
  // Ids are our own: letters, digits and dashes.
  const fileOf = (id: string): string => join(folder ?? '', id)
  const total = (): number => [...store.all('blob')].reduce((sum, blob) => sum + blob.size, 0)
  // Counted once at a start that found some, and kept up from there.
  let held = total()
  const remove = (id: string): void => {
    const blob = store.get('blob', id)
    if (blob === undefined) return
    held -= blob.size
    memory.delete(id)
    if (folder !== undefined) rmSync(fileOf(id), { force: true })
    store.remove('blob', id)
  }
  return {
    put(bytes, about) {
      if (folder === undefined) memory.set(about.id, bytes)
      else writeFileSync(fileOf(about.id), bytes)
      const blob: Blob = { ...about, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
      store.put('blob', blob)
      held += blob.size
      for (const oldest of store.all('blob')) {
        if (held <= maxBytes || oldest.id === blob.id) break
        remove(oldest.id)
      }
      return blob
    },
    read(id) {
      if (store.get('blob', id) === undefined) return undefined
      return folder === undefined ? memory.get(id) : readFileSync(fileOf(id))
    },
    remove,
    clear() {
      held = 0
      memory.clear()
      if (folder === undefined) return
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
    },
  }
}
