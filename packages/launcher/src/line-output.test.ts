import { expect, test } from 'vitest'
import { createLineOutput } from './line-output.ts'

test('text is passed on in whole lines, the last one completed at the end', () => {
  const passed: string[] = []
  const output = createLineOutput((text) => passed.push(text))
  for (const chunk of ['a', 'b\nc', '\nd\ne', '']) output.write(chunk)
  output.end()
  expect(passed).toEqual(['ab\n', 'c\nd\n', 'e\n'])
  expect(output.tail()).toBe('ab\nc\nd\ne')
})
