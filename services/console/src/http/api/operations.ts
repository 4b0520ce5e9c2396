import type { z } from 'zod'
import type { Role } from './schemas.ts'
import {
  consentCorrection,
  conversation,
  conversationFacts,
  recordDetail,
  revealed,
  scenario,
  searchRequest,
  searchResult,
} from './conversation.ts'
import {
  audit,
  deadLetters,
  overview,
  parked,
  problems,
  replayed,
  replayRequest,
  replayResult,
  unrecognised,
} from './lists.ts'
import { access, accessRequest, linkRequest, loginRequest, session } from './session.ts'

/** One thing that can be asked of the API. */
export interface Operation {
  readonly method: 'get' | 'post'
  /** As OpenAPI writes it. */
  readonly path: string
  readonly summary: string
  /** The least that the asker must be, for any tenant; `anybody` needs no login. */
  readonly access: Role | 'anybody'
  readonly body?: z.ZodType
  /** Absent: 204. */
  readonly answer?: z.ZodType
  readonly query?: Readonly<Record<string, string>>
}

const page = { before: '`before` of the answer before: what comes after it' }
const oneTenant = { tenant: 'Only this one; default all that the asker may look at' }
const span = { minutes: 'How far back, in minutes; default 1440' }

/** The whole API, by the ids of its operations. */
export const operations = {
  getSession: {
    method: 'get',
    path: '/v1/session',
    access: 'anybody',
    answer: session,
    summary: 'Who asks, what they may do, and how far the projection is',
  },
  login: {
    method: 'post',
    path: '/v1/login',
    access: 'anybody',
    body: loginRequest,
    answer: session,
    summary: 'Logs in by name and password (`auth: basic`) and sets the session’s cookie',
  },
  loginByLink: {
    method: 'post',
    path: '/v1/login/link',
    access: 'anybody',
    body: linkRequest,
    answer: session,
    summary: 'Makes a session of a token that somebody was given',
  },
  createAccess: {
    method: 'post',
    path: '/v1/access',
    access: 'viewer',
    body: accessRequest,
    answer: access,
    summary: 'Lets a program, or somebody else, do some of what the asker may, for a while; is written to the audit',
  },
  logout: { method: 'post', path: '/v1/logout', access: 'viewer', summary: 'Ends the session' },
  search: {
    method: 'post',
    path: '/v1/search',
    access: 'viewer',
    body: searchRequest,
    answer: searchResult,
    summary: 'Finds conversations; a POST, so that no number stands in an address',
  },
  getConversation: {
    method: 'get',
    path: '/v1/conversations/{id}',
    access: 'viewer',
    answer: conversation,
    query: page,
    summary: 'A conversation’s latest messages, each with its whole chain',
  },
  reveal: {
    method: 'post',
    path: '/v1/conversations/{id}/reveal',
    access: 'operator',
    answer: revealed,
    summary: 'Lifts the masks of one conversation for the asker, for 15 minutes; is written to the audit',
  },
  getFacts: {
    method: 'get',
    path: '/v1/conversations/{id}/facts',
    access: 'viewer',
    answer: conversationFacts,
    summary: 'The customer service window and who opted out, as the dispatcher knows them now',
  },
  correctConsent: {
    method: 'post',
    path: '/v1/conversations/{id}/consent',
    access: 'operator',
    body: consentCorrection,
    summary: 'Corrects what one source says of consent; is written to the audit, and obeyed within seconds',
  },
  getScenario: {
    method: 'get',
    path: '/v1/conversations/{id}/scenario',
    access: 'viewer',
    answer: scenario,
    summary: 'A conversation as a file that the emulator plays, masked for everybody: for a bug report',
  },
  getRecord: {
    method: 'get',
    path: '/v1/records/{id}',
    access: 'viewer',
    answer: recordDetail,
    summary: 'One record of Kafka, whole',
  },
  listProblems: {
    method: 'get',
    path: '/v1/problems',
    access: 'viewer',
    answer: problems,
    query: { ...oneTenant, ...span },
    summary: 'What went wrong, by code, sender and template',
  },
  listDeadLetters: {
    method: 'get',
    path: '/v1/deadletters',
    access: 'viewer',
    answer: deadLetters,
    query: { ...oneTenant, code: 'Only with this code', ...page },
    summary: 'Refused commands, the latest first',
  },
  replayDeadLetter: {
    method: 'post',
    path: '/v1/deadletters/{id}/replay',
    access: 'operator',
    answer: replayed,
    summary: 'Writes one back to where it came from; pressed twice, it is written once',
  },
  replay: {
    method: 'post',
    path: '/v1/replays',
    access: 'operator',
    body: replayRequest,
    answer: replayResult,
    summary: 'Counts what fits a filter, and with `confirm` writes it back',
  },
  listUnrecognised: {
    method: 'get',
    path: '/v1/unrecognised',
    access: 'viewer',
    answer: unrecognised,
    query: { ...oneTenant, ...page },
    summary: 'Webhooks that were not understood, the latest first',
  },
  listParked: {
    method: 'get',
    path: '/v1/parked',
    access: 'viewer',
    answer: parked,
    summary: 'Commands that wait for an account that is not well',
  },
  getOverview: {
    method: 'get',
    path: '/v1/overview',
    access: 'viewer',
    answer: overview,
    query: { ...oneTenant, ...span },
    summary: 'Throughput, latency and cost at a glance',
  },
  listAudit: {
    method: 'get',
    path: '/v1/audit',
    access: 'admin',
    answer: audit,
    query: { ...oneTenant, ...page },
    summary: 'Who revealed and replayed what, the latest first',
  },
} as const satisfies Record<string, Operation>

export type OperationId = keyof typeof operations
