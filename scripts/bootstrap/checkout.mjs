import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that the commands work in, wherever they are called from. */
export const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The Node 24 that the workspace's lockfile pins. */
export const workspaceNode = join(checkout, 'node_modules', '.bin', 'node')
