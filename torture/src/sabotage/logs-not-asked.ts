import type { createLogQuestions as createSound } from '../../../services/dispatcher/src/adapters/log-questions.ts'

/** Knows without asking that Infobip knows nothing. */
export const createLogQuestions: typeof createSound = () => ({ ask: async () => ({ kind: 'not-found' }) })
