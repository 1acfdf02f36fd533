/** The part of autocannon that is used here; it comes without types. */
declare module 'autocannon' {
  interface Options {
    url: string;
    connections: number;
    duration: number;
    method: string;
    headers: Record<string, string>;
    requests: { body: string }[];
  }
  interface Result {
    requests: { total: number };
    throughput: { total: number };
    latency: { p50: number; p99: number };
    /** Seconds. */
    duration: number;
    non2xx: number;
    errors: number;
  }
  // biome-ignore lint/style/noDefaultExport: that is how autocannon exports itself.
  export default function autocannon(options: Options): Promise<Result>;
}
