/** What a test has set for certificates and instances. It replaces generated values. */
export class Facts {
  readonly #details = new Map<string, object>();
  readonly #domains = new Map<string, readonly unknown[]>();
  readonly #instances = new Map<string, object>();

  /** Sets fields of a certificate's details. Replaces what was set before. */
  setDetails(certificateId: string, values: object): void {
    this.#details.set(certificateId, values);
  }

  setDomains(certificateId: string, domains: readonly unknown[]): void {
    this.#domains.set(certificateId, domains);
  }

  setInstance(instanceId: string, values: object): void {
    this.#instances.set(instanceId, values);
  }

  detailsOf(certificateId: string): object | undefined {
    return this.#details.get(certificateId);
  }

  domainsOf(certificateId: string): readonly unknown[] | undefined {
    return this.#domains.get(certificateId);
  }

  instanceOf(instanceId: string): object | undefined {
    return this.#instances.get(instanceId);
  }

  clear(): void {
    this.#details.clear();
    this.#domains.clear();
    this.#instances.clear();
  }
}
