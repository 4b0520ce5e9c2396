// Preloaded into a service: puts one module of it in the place of another. The product has no switch for this.
import { registerHooks } from 'node:module'

const here = new URL('.', import.meta.url).href
const { TORTURE_REPLACES: replaced, TORTURE_BY: by } = process.env

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    // What stands in may use what it replaces.
    return found.url === replaced && !context.parentURL?.startsWith(here) ? { ...found, url: by ?? found.url } : found
  },
})
