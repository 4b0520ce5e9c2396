// Every container of a test is stopped by whoever started it; the container that would do it for them is one more to pull.
process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true'
const library = await import('testcontainers')

export const { GenericContainer, getContainerRuntimeClient, ImageName, Wait } = library

/** On every container that a test starts, so that a run that was killed can be cleaned up after. */
export const RUN_LABEL = { 'imchannel.test-run': process.env['TEST_RUN'] ?? 'by-hand' }
