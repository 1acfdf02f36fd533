/** What the client reports to metrics. */
export interface RestMeter {
  /** One attempt ended. `outcome` is `ok` or an error code; a bounded set. */
  request(outcome: string, seconds: number): void;
  /** An attempt is about to be repeated. */
  retry(): void;
  /** A row held a value that this service does not know; `field` is our own field name. */
  unknownValue(field: string): void;
}
