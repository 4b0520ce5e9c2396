export const folder = new URL('../', import.meta.url)
export const manifest = new URL('package.json', folder)
/** The workspace's manifest, while another one is packed. */
export const backup = new URL('.package.workspace.json', folder)
export const licence = new URL('LICENSE', folder)
