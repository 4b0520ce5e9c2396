/**
 * Progress, and everything else that a person reads.
 * @param {string} line
 */
export function say(line) {
  process.stdout.write(`${line}\n`)
}

/** What a command ends with that a person can put right: printed as it is, without a stack. */
export class Refusal extends Error {}
