import { fileURLToPath } from 'node:url'
import { answersOf, answerWith } from '@imchannel/testkit'
import { expect, it } from 'vitest'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

it('a model behind chat completions answers the phone', async () => {
  let asked = ''
  const answer = { choices: [{ message: { role: 'assistant', content: 'Good morning to you.' } }] }
  await using model = await answerWith((request, response) => {
    asked += `${request.method} ${request.url} `
    request.setEncoding('utf8').on('data', (chunk: string) => {
      asked += chunk
    })
    response.setHeader('content-type', 'application/json')
    request.once('end', () => response.end(JSON.stringify(answer)))
  })
  const env = { MODEL_URL: `${model.url}/v1`, MODEL_NAME: 'small' }
  const bot = { command: process.execPath, args: [main], env }
  expect(await answersOf(bot, ['Hello'])).toEqual([['Good morning to you.']])
  expect(asked).toMatch(/^POST \/v1\/chat\/completions .*"Hello"/)
})
