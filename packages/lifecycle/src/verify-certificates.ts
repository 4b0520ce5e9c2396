/**
 * Has every certificate verified from now on, whatever the environment says: of Kafka, Redis, issuers of keys, collectors of
 * traces. Node asks the variable again for each connection; an authority of one's own is named instead, in the configuration
 * or by NODE_EXTRA_CA_CERTS.
 */
export function verifyCertificates(env: NodeJS.ProcessEnv, log: (line: string) => void): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return
  delete env['NODE_TLS_REJECT_UNAUTHORIZED']
  log(
    'NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed, certificates are verified: NODE_EXTRA_CA_CERTS names an authority',
  )
}
