import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const OID = {
  ecdsaWithSha256: '06082a8648ce3d040302',
  commonName: '0603550403',
  basicConstraints: '0603551d13',
  subjectAltName: '0603551d11',
} as const

const DAY_MS = 86_400_000

function der(tag: number, ...contents: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(contents.map((one) => (typeof one === 'string' ? Buffer.from(one, 'hex') : one)))
  const { length } = content
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}

const sequence = (...contents: (Buffer | string)[]) => der(0x30, ...contents)
const time = (date: Date) => der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))

export interface CertOptions {
  /** The common name. */
  readonly name?: string
  /** The IPv4 address that it is for. Default 127.0.0.1. */
  readonly address?: string
  /** Default: in a day. */
  readonly validUntil?: Date
}

/** A certificate for an address, and for `localhost`, that is its own authority; key as PKCS #8. Both PEM. */
export function selfSignedCert(options: CertOptions = {}): { cert: string; key: string } {
  const { name: commonName = 'imchannel-test', address = '127.0.0.1' } = options
  const { validUntil = new Date(Date.now() + DAY_MS) } = options
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(der(0x31, sequence(OID.commonName, der(0x0c, Buffer.from(commonName)))))
  const algorithm = sequence(OID.ecdsaWithSha256)
  const ip = Buffer.from(address.split('.').map(Number))
  const extensions = sequence(
    sequence(OID.basicConstraints, der(0x04, sequence(der(0x01, 'ff')))),
    sequence(OID.subjectAltName, der(0x04, sequence(der(0x87, ip), der(0x82, Buffer.from('localhost'))))),
  )
  const toBeSigned = sequence(
    der(0xa0, der(0x02, '02')),
    der(0x02, '01', randomBytes(8)),
    algorithm,
    name,
    sequence(time(new Date(validUntil.getTime() - 2 * DAY_MS)), time(validUntil)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const cert = sequence(toBeSigned, algorithm, der(0x03, '00', sign('sha256', toBeSigned, privateKey)))
  const body = cert.toString('base64').replace(/.{64}/g, '$&\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${body.trimEnd()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
