/** The names of IMChannel's consumer groups; ACLs and doctor name them too, and a group that is renamed reads anew. */
export interface Groups {
  readonly dispatcher: string
  /** Reads the parked topics. */
  readonly parked: string
  /** Writes the compacted topic of consent. */
  readonly consent: string
  /** Reads the compacted topic of contacts. */
  readonly contacts: string
  /** Follows what webhooks say of templates. */
  readonly templates: string
  /** Fetches media of customers as soon as they are named. */
  readonly mediaKeeper: string
  /** Of one store of the console; ACLs name what all of them begin with, that of no store. */
  console(store: string): string
}

/** Consumer groups under a prefix (`topics.prefix` of the configuration, default `imchannel`). */
export function groups(prefix = 'imchannel'): Groups {
  const dispatcher = `${prefix}.dispatcher`
  return {
    dispatcher,
    parked: `${dispatcher}.parked`,
    consent: `${dispatcher}.consent`,
    contacts: `${dispatcher}.contacts`,
    templates: `${dispatcher}.templates`,
    mediaKeeper: `${prefix}-media-keeper`,
    console: (store) => `${prefix}.console.${store}`,
  }
}
