/** In the id of a command that kills who reads it, where sabotage/deadly-to-read.ts stands in for the parser. */
export const DEADLY = 'deadly-to-read'
