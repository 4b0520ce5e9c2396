import * as fc from 'fast-check'

const SURROGATES = { from: 0xd8_00, count: 0x8_00 }
const LAST = 0x10_ff_ff

/**
 * Any character of Unicode, as a unit of `fc.string`. fast-check's own (`binary`) makes a table of all of them first, which takes
 * seconds in each process.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: LAST - SURROGATES.count })
  .map((at) => String.fromCodePoint(at < SURROGATES.from ? at : at + SURROGATES.count))
