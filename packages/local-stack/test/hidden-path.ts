import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export interface HiddenPath extends Disposable {
  /** A PATH with everything of this process's own but what is hidden. */
  readonly path: string
}

/** This machine as it would be without some programs. */
export function hidePrograms(...names: string[]): HiddenPath {
  const root = mkdtempSync(join(tmpdir(), 'imchannel-path-'))
  const folders = (process.env['PATH'] ?? '').split(delimiter).map((folder, index) => {
    const twin = join(root, String(index))
    mkdirSync(twin)
    for (const file of listing(folder)) if (!names.includes(file)) symlinkSync(join(folder, file), join(twin, file))
    return twin
  })
  return {
    path: folders.join(delimiter),
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  }
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
