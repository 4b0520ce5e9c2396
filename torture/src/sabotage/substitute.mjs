// Preloaded into a service: puts one module of it in the place of another. The product has no switch for this.
import { registerHooks } from 'node:module'

const { TORTURE_REPLACES: replaced, TORTURE_BY: by } = process.env

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    // The one that stands in may use the one that it replaces.
    return found.url === replaced && context.parentURL !== by ? { ...found, url: by ?? found.url } : found
  },
})
