import { fileURLToPath } from 'node:url'

/** The root of the workspace, with a trailing slash. */
export const checkout = fileURLToPath(new URL('../../../', import.meta.url))
