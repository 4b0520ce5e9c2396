import { createHmac, timingSafeEqual } from 'node:crypto'

/** Signs what goes to a browser and comes back. */
export interface Signer {
  /** 32 bytes as base64url; `purpose` keeps one kind of text from standing for another. */
  sign(purpose: string, text: string): string
  verifies(purpose: string, text: string, signature: string): boolean
}

export function createSigner(secret: Buffer): Signer {
  const mac = (purpose: string, text: string): Buffer =>
    createHmac('sha256', secret).update(`${purpose}\0${text}`).digest()
  return {
    sign: (purpose, text) => mac(purpose, text).toString('base64url'),
    verifies: (purpose, text, signature) => {
      const given = Buffer.from(signature, 'base64url')
      const wanted = mac(purpose, text)
      return given.length === wanted.length && timingSafeEqual(given, wanted)
    },
  }
}
