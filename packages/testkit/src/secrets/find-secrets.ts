import { createNeedleSearch } from './find-needles.ts'
import { writingsOf } from './writings-of.ts'

/** One secret, where it was found and in which writing; never the secret itself. */
export interface SecretLeak {
  readonly secret: string
  readonly place: string
  readonly writing: string
}

/**
 * Looks for secrets: as they are, URL-encoded, escaped as in JSON, in hex, and inside base64 of any alignment, so that
 * `Basic dXNlcjpwYXNzd29yZA==` gives the password away.
 *
 * @param secrets by name
 * @param places what is searched, by where it is from
 */
export function findSecrets(
  secrets: Readonly<Record<string, string>>,
  places: Readonly<Record<string, string | Buffer>>,
): SecretLeak[] {
  const search = createSecretSearch(secrets)
  return Object.entries(places).flatMap(([place, text]) =>
    search(Buffer.isBuffer(text) ? text : Buffer.from(text)).map((leak) => ({ ...leak, place })),
  )
}

/** The same for texts that come one after the other: the needles are made once. */
export function createSecretSearch(
  secrets: Readonly<Record<string, string>>,
): (text: Buffer) => Omit<SecretLeak, 'place'>[] {
  const leaks: Omit<SecretLeak, 'place'>[] = []
  const needles: Buffer[] = []
  for (const [secret, value] of Object.entries(secrets)) {
    const writings = new Map(
      Object.entries(writingsOf(value))
        .toReversed()
        .map(([writing, text]) => [text, writing]),
    )
    for (const [text, writing] of [...writings].toReversed()) {
      leaks.push({ secret, writing })
      needles.push(Buffer.from(text))
    }
  }
  const search = createNeedleSearch(needles)
  return (text) => [...search(text).keys()].toSorted((a, b) => a - b).flatMap((index) => leaks[index] ?? [])
}
