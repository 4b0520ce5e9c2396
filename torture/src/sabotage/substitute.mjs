// Preloaded into a service: puts modules of ours in the place of its own. The product has no switch for this.
import { registerHooks } from 'node:module'

const here = new URL('.', import.meta.url).href
const replacements = JSON.parse(process.env.TORTURE_REPLACES ?? '{}')

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    // What stands in may use what it replaces.
    return context.parentURL?.startsWith(here) ? found : { ...found, url: replacements[found.url] ?? found.url }
  },
})
