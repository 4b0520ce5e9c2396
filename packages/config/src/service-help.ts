/** What a service prints for `--help`. */
export function serviceHelp(service: string, purpose: string): string {
  return `imchannel-${service}: ${purpose}

  --check-config   says what is wrong with the configuration, or that nothing is, and ends with 1 or 0
  --help           this

IMCHANNEL_CONFIG   the configuration file (imchannel.yaml where it is not set)
KAFKA_BROKERS, REDIS_URL, PUBLIC_URL, PORT, ADMIN_PORT, LOG_FORMAT, LOG_LEVEL, LOG_PRIVACY and OTEL_* go before it.
Every setting: docs/configuration.md
`
}
