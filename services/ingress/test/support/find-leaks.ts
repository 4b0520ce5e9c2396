/** Where a secret was found, and in which form; never the secret. */
export interface Leak {
  readonly secret: string
  readonly place: string
  readonly form: 'plain' | 'url-encoded' | 'base64' | 'hex'
}

/**
 * Searches outputs for secrets: as they are, URL-encoded, in hexadecimal, and in base64, also in the middle of a longer
 * text that was encoded as a whole.
 *
 * @param secrets by the name that a leak is reported under
 */
export function findLeaks(
  outputs: Readonly<Record<string, string | Buffer>>,
  secrets: Readonly<Record<string, string>>,
): Leak[] {
  return Object.entries(secrets).flatMap(([secret, value]) =>
    Object.entries(outputs).flatMap(([place, output]) => {
      const text = typeof output === 'string' ? output : output.toString('latin1')
      return formsOf(value).flatMap(({ form, texts }) =>
        texts.some((one) => text.includes(one)) ? [{ secret, place, form }] : [],
      )
    }),
  )
}

function formsOf(value: string): { form: Leak['form']; texts: string[] }[] {
  const latin = Buffer.from(value).toString('latin1')
  return [
    { form: 'plain', texts: [value, latin] },
    { form: 'url-encoded', texts: [encodeURIComponent(value)].filter((text) => text !== value) },
    { form: 'base64', texts: [0, 1, 2].flatMap((shift) => encodedAt(value, shift)) },
    { form: 'hex', texts: [Buffer.from(value).toString('hex'), Buffer.from(value).toString('hex').toUpperCase()] },
  ]
}

/** The characters that base64 has for a text whatever is before and behind it, where `shift` bytes of a group come before. */
function encodedAt(value: string, shift: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)])
  const first = Math.ceil((shift * 8) / 6)
  const last = Math.floor((bytes.length * 8) / 6)
  return (['base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding).slice(first, last))
}
