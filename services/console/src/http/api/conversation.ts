import { z } from 'zod'
import { instant, named, opaqueId } from './schemas.ts'

export const conversationSummary = named(
  'ConversationSummary',
  z.object({
    id: opaqueId,
    tenant: z.string(),
    business: z.string().optional().describe('The business number; masked unless revealed'),
    customer: z.string().optional().describe('Phone number or BSUID; masked unless revealed'),
    firstAt: instant,
    lastAt: instant,
    records: z.int().describe('Everything that is known of it'),
  }),
)
export type ConversationSummary = z.infer<typeof conversationSummary>

export const searchRequest = named(
  'SearchRequest',
  z.strictObject({
    query: z
      .string()
      .max(500)
      .describe(
        'A phone number in any spelling, a BSUID, a messageId or a command id, whole. Empty: the latest conversations',
      ),
    tenant: z.string().optional(),
    before: z.string().optional().describe('`before` of the answer before: what comes after it'),
  }),
)

export const searchResult = named(
  'SearchResult',
  z.object({
    conversations: z.array(
      conversationSummary.extend({
        matched: z.enum(['number', 'messageId', 'commandId', 'latest']),
        message: opaqueId.optional().describe('The message that was looked for, in this conversation'),
      }),
    ),
    before: z.string().optional().describe('Absent: there is no more'),
  }),
)

const stepKind = named(
  'StepKind',
  z.enum([
    'webhook',
    'event',
    'command',
    'decision',
    'attempt',
    'media',
    'report',
    'outcome',
    'deadletter',
    'parked',
    'cost',
  ]),
)

/** One link of the chain that a message went through. */
export const step = named(
  'Step',
  z.object({
    id: opaqueId.describe('Of the record that tells it: `GET /v1/records/{id}`'),
    kind: stepKind,
    type: z.string().describe('The `ce_type`, or the kind for what has none'),
    at: instant.describe('The provider’s time where it has one'),
    afterMs: z.number().describe('Since the first step of the message'),
    title: z.string().describe('For people, one line'),
    tone: z.enum(['good', 'bad', 'warning', 'plain']),
    detail: z.string().optional().describe('Why: a reason, an error’s text'),
    code: z.string().optional().describe('From docs/errors.md, or Infobip’s name of the error'),
    facts: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .describe('What else is worth a look, in order: status, latency, a gate’s fact'),
    original: z.enum(['whole', 'omitted']).optional().describe('Whether the record has Infobip’s result as it came'),
    traceId: z.string().optional(),
    topic: z.string(),
    partition: z.int(),
    offset: z.string(),
  }),
)
export type Step = z.infer<typeof step>

export const timelineMessage = named(
  'TimelineMessage',
  z.object({
    id: opaqueId,
    direction: z.enum(['in', 'out', 'note']).describe('`note`: what belongs to the conversation and to no message'),
    at: instant,
    messageId: z.string().optional().describe('Masked unless revealed where a number is in it'),
    commandId: z.string().optional(),
    type: z.string().describe('The content’s type: text, image, template, … ; of a note the event’s'),
    text: z.string().optional().describe('What a phone would show, in one piece; masked unless revealed'),
    state: z
      .string()
      .describe('received, waiting, accepted, sent, delivered, seen, failed, rejected, expired, unknown, parked, …'),
    problem: z.object({ code: z.string(), reason: z.string() }).optional(),
    template: z.string().optional(),
    price: z.object({ amount: z.string(), currency: z.string().optional() }).optional(),
    traceIds: z.array(z.string()),
    steps: z.array(step).describe('In the order of time'),
  }),
)
export type TimelineMessage = z.infer<typeof timelineMessage>

export const conversation = named(
  'Conversation',
  z.object({
    conversation: conversationSummary,
    masked: z.boolean(),
    mayReveal: z.boolean(),
    window: z
      .object({ closesAt: instant.optional(), state: z.enum(['open', 'closed', 'unknown']) })
      .describe('As the records of the store tell it: a diagnosis, not what the dispatcher decides by'),
    messages: z.array(timelineMessage).describe('The latest ones, oldest first'),
    before: z.string().optional().describe('For `?before=`: older messages. Absent: there are none'),
  }),
)
export type ConversationView = z.infer<typeof conversation>

export const conversationFacts = named(
  'ConversationFacts',
  z.object({
    window: z
      .object({
        state: z.enum(['open', 'closed', 'unknown']),
        closesAt: instant.optional(),
        why: z.string().optional().describe('Why it is not known'),
      })
      .describe('As the dispatcher judges it now'),
    consent: z
      .array(
        z.object({
          source: z.enum(['whatsapp', 'blocklist', 'keyword', 'command']).describe('Each lifts itself alone'),
          state: z.enum(['optedOut', 'optedIn']),
          scope: z.enum(['marketing', 'template', 'all']),
          template: z.string().optional(),
          since: instant,
        }),
      )
      .describe('What each source says, to this number or to all of the tenant’s'),
    mayCorrect: z.boolean(),
    asOf: instant,
  }),
)

export const consentCorrection = named(
  'ConsentCorrectionRequest',
  z
    .strictObject({
      source: z.enum(['whatsapp', 'blocklist', 'keyword', 'command']).describe('For whom it speaks'),
      state: z.enum(['optedOut', 'optedIn']),
      scope: z.enum(['marketing', 'template', 'all']),
      template: z.string().min(1).optional().describe('Where the scope is template'),
      allNumbers: z.boolean().default(false).describe('Of all the tenant’s numbers, instead of this one'),
      reason: z.string().trim().min(1).max(500).describe('Kept as evidence'),
    })
    .refine(({ scope, template }) => (scope === 'template') === (template !== undefined), {
      path: ['template'],
      error: () => 'goes with the scope template',
    }),
)

export const scenario = named(
  'Scenario',
  z.object({
    name: z.string(),
    steps: z
      .array(z.record(z.string(), z.unknown()))
      .describe('As docs of the emulator have them: says, sends, receives, waitMs, advanceMs, fault'),
  }),
)

export const revealed = named(
  'Revealed',
  z.object({
    token: z.string().describe('For the header `X-Reveal` of what is asked of this conversation and its records'),
    expiresAt: instant,
  }),
)

export const recordDetail = named(
  'RecordDetail',
  z.object({
    step,
    masked: z.boolean(),
    ceId: z.string().optional(),
    writtenAt: instant.describe('Kafka’s time'),
    key: z.string().optional(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })),
    data: z.unknown().describe('The record’s value as JSON without `original`; masked unless revealed'),
    originalText: z.string().optional().describe('Infobip’s result with its digits; masked unless revealed'),
  }),
)
