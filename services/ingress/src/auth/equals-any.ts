import type { Secret } from '@imchannel/config'

/** Whether one of the secrets is the text; all are compared, in constant time. */
export function equalsAny(secrets: readonly Secret[], text: string): boolean {
  return secrets.filter((secret) => secret.equals(text)).length > 0
}
