import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { BenchError } from '../errors.js';
import type { Throttling } from './cluster.js';

const TIMEOUT_MS = 5_000;
/** The first version of the engine's API that reads counters once, without waiting a second for the next ones (Docker 20.10). */
const API = '/v1.41';

/** Of what `GET /containers/{id}/stats` answers, what is used here. */
interface ContainerStats {
  readonly cpu_stats: {
    readonly cpu_usage: { readonly total_usage: number };
    readonly throttling_data: {
      readonly periods: number;
      readonly throttled_periods: number;
      readonly throttled_time: number;
    };
  };
}

export interface ContainerCpu {
  readonly cpuMicros: number;
  readonly throttling: Throttling;
}

/**
 * The engine's own listener: it reads the counters of a container's group, so nothing runs inside the container and nobody in it is
 * asked. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerStats
 */
export class Engine {
  readonly #address: { readonly socketPath: string } | { readonly host: string; readonly port: string };

  /**
   * @param endpoint of the docker context: `unix:///var/run/docker.sock` or `tcp://127.0.0.1:2375`
   * @throws BenchError CLUSTER_FAILED for any other kind.
   */
  constructor(endpoint: string) {
    const { protocol, pathname, hostname, port } = new URL(endpoint);
    if (protocol === 'unix:') this.#address = { socketPath: pathname };
    else if (protocol === 'tcp:') this.#address = { host: hostname, port };
    else
      throw new BenchError(
        'CLUSTER_FAILED',
        `The docker context's endpoint is "${endpoint}": unix:// or tcp:// is needed.`,
      );
  }

  /** @throws BenchError REQUEST_FAILED */
  async readCpu(container: string): Promise<ContainerCpu> {
    const path = `/containers/${container}/stats?stream=false&one-shot=true`;
    const { cpu_stats } = await this.#get<ContainerStats>(path);
    const { periods, throttled_periods, throttled_time } = cpu_stats.throttling_data;
    return {
      cpuMicros: cpu_stats.cpu_usage.total_usage / 1000,
      throttling: { periods, throttledPeriods: throttled_periods, throttledMicros: throttled_time / 1000 },
    };
  }

  #get<T>(path: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (why: unknown) =>
        reject(new BenchError('REQUEST_FAILED', `The engine does not answer GET ${path}: ${why}`));
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      request({ ...this.#address, path: `${API}${path}`, signal }, (response) => {
        if (response.statusCode === 200) json(response).then((body) => resolve(body as T), fail);
        else fail(response.resume().statusCode);
      })
        .on('error', fail)
        .end();
    });
  }
}
