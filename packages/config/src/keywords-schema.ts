import { z } from 'zod'
import { foldWord } from '@imchannel/facts'

const word = z
  .string()
  .max(100)
  .refine((text) => foldWord(text) !== '', { error: () => 'must have a letter or a digit' })

/** Words that are compared as whole messages, without regard to case, accents, spaces and punctuation around them. */
export const keywordsSchema = z
  .strictObject({
    stop: z.array(word).min(1).max(100).describe('Messages that opt out: `STOP`, `SAIR`.'),
    start: z.array(word).max(100).default([]).describe('Messages that opt in again: `START`.'),
    scope: z.enum(['marketing', 'all']).default('marketing').describe('What they cover.'),
  })
  .refine(({ stop, start }) => !stop.some((one) => start.some((other) => foldWord(one) === foldWord(other))), {
    path: ['start'],
    error: () => 'has a word that is also in stop',
  })
