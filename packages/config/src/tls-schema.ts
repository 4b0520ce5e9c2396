import { z } from 'zod'
import { nonEmpty, secret } from './fields.ts'

/** Served HTTPS, as PEM texts. A path is taken for its file's content. */
export const tlsSchema = z.strictObject({
  cert: nonEmpty('PEM certificate').describe('Certificate chain: PEM, or the path of a file that has it.'),
  key: secret.describe('Its private key: PEM, or the path of a file that has it.'),
  clientCa: nonEmpty('PEM certificate')
    .exactOptional()
    .describe('Clients must show a certificate that this authority signed.'),
})
