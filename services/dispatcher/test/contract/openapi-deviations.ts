/** A rule of Infobip's documents that is set aside, and why. Nothing else of them is. */
export interface Deviation {
  document: 'omni-failover' | 'whatsapp' | 'messages-api'
  /** The schema, without its hash. */
  schema: string
  /** Where in it, and what is put in its place. */
  rule: { at: 'required'; instead: string[] } | { at: 'additionalProperties'; of: string }
  why: string
}

export const deviations: readonly Deviation[] = [
  {
    document: 'omni-failover',
    schema: 'WhatsAppData',
    rule: { at: 'required', instead: [] },
    why: '`text` and `mediaTemplateData` are marked as required; they exclude each other, and 12 of the document’s own 13 WhatsApp examples leave one out',
  },
  {
    document: 'omni-failover',
    schema: 'MediaTemplateHeaderContent',
    rule: { at: 'required', instead: [] },
    why: 'all of a header’s alternatives are marked as required; the document’s own examples have one',
  },
  {
    document: 'whatsapp',
    schema: 'InteractiveFlowActionPayload',
    rule: { at: 'additionalProperties', of: 'data' },
    why: 'each value of a flow’s data is marked as an object; the flows of WhatsApp take any JSON',
  },
  {
    document: 'whatsapp',
    schema: 'TemplateFlowButtonContent',
    rule: { at: 'additionalProperties', of: 'data' },
    why: 'as for InteractiveFlowActionPayload',
  },
  {
    document: 'messages-api',
    schema: 'MessagesApiMessageFlowActionPayload',
    rule: { at: 'additionalProperties', of: 'data' },
    why: 'as for InteractiveFlowActionPayload',
  },
]
