/** What a test has said of certificates and instances: it goes before what the emulator makes up. */
export class Facts {
  readonly #details = new Map<string, object>();
  readonly #domains = new Map<string, readonly unknown[]>();
  readonly #instances = new Map<string, object>();

  /** Field values of a certificate's details; they replace those of before. */
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
