import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { TlsConfig } from './config.ts'
import type { ConfigProblem } from './config-problem.ts'

/**
 * What would keep a server from serving with it. A certificate that is renewed before its key is found here as well, so
 * that the two are taken up together.
 */
export function findTlsProblems({ cert, key, clientCa }: TlsConfig): ConfigProblem[] {
  const certificate = readOr(() => new X509Certificate(cert))
  const privateKey = readOr(() => createPrivateKey(key.reveal()))
  const isPair = certificate === undefined || privateKey === undefined || certificate.checkPrivateKey(privateKey)
  return [
    ...(certificate === undefined
      ? [{ path: 'tls.cert', problem: 'is no certificate', remedy: 'give a PEM chain, the server’s own first' }]
      : []),
    ...(privateKey === undefined
      ? [{ path: 'tls.key', problem: 'is no private key', remedy: 'give a PEM key without a passphrase' }]
      : []),
    ...(clientCa !== undefined && readOr(() => new X509Certificate(clientCa)) === undefined
      ? [{ path: 'tls.clientCa', problem: 'is no certificate', remedy: 'give the PEM of the authority' }]
      : []),
    ...(isPair ? [] : [{ path: 'tls.key', problem: 'is not the key of tls.cert', remedy: 'give both of one pair' }]),
  ]
}

/** The error is left out: it may show what it could not read. */
function readOr<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
