import express, { type RequestHandler } from 'express'
import { fileURLToPath } from 'node:url'

/** Nothing from elsewhere, nothing inline, no text taken for markup. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** The phone at `/`: plain files, served as they are. */
export function servePage(): RequestHandler {
  const files = express.static(fileURLToPath(new URL('../page/', import.meta.url)), { index: 'index.html' })
  return (request, response, next) => {
    response.set({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    })
    void files(request, response, next)
  }
}
