import { z } from 'zod'
import { object } from './parts.ts'

export const omniChannels = [
  'SMS',
  'EMAIL',
  'VOICE',
  'PUSH',
  'VIBER',
  'LINE',
  'VKONTAKTE',
  'KAKAO_CHINGU',
  'KAKAO_ALIM',
  'WHATSAPP',
] as const

/** Body of `POST /omni/1/scenarios` and `PUT /omni/1/scenarios/{scenarioKey}`. */
export const scenarioRequest = object({
  name: z.string().optional(),
  flow: z.array(object({ from: z.string().optional(), channel: z.enum(omniChannels) })),
  default: z.boolean().optional(),
})
