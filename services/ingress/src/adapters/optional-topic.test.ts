import { expect, test, vi } from 'vitest'
import { createOptionalTopic } from './optional-topic.ts'

function watch(answers: (string | undefined | Error)[]) {
  const said: string[] = []
  const look = vi.fn(async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer instanceof Error) throw answer
    return answer
  })
  const costs = createOptionalTopic({
    look,
    onOff: (problem) => said.push(`off: ${problem}`),
    onOn: () => said.push('on'),
    lookAgainMs: 1,
  })
  return { costs, said, look }
}

test('costs are written down once their topic may be used, without a word', async () => {
  const { costs, said } = watch([undefined])
  expect(costs.isOn()).toBe(false)
  await costs.start()
  expect([costs.isOn(), said]).toEqual([true, []])
  costs.stop()
  expect(costs.isOn()).toBe(false)
})

test('where it may not, that is said once and looked at again until it may', async () => {
  const { costs, said, look } = watch(['no such topic', 'no such topic', new Error('away'), undefined])
  await costs.start()
  expect(costs.isOn()).toBe(false)
  await vi.waitFor(() => expect(costs.isOn()).toBe(true))
  expect([said, look.mock.calls.length]).toEqual([['off: no such topic', 'off: Error: away', 'on'], 4])
  costs.stop()
})

test('a record that Kafka refuses turns it off until the next look', async () => {
  const { costs, said } = watch([undefined])
  await costs.start()
  costs.refused('not authorized')
  expect([costs.isOn(), said]).toEqual([false, ['off: not authorized']])
  await vi.waitFor(() => expect(costs.isOn()).toBe(true))
  costs.stop()
})
