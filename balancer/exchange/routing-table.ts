import type { RouteConfig } from '../config-routes.js';
import type { RouteSnapshot } from '../contract.js';
import { createRouter, type Route } from './routes.js';

/** How requests are routed now. Starts as configured; a change counts from the next request on. */
export class RoutingTable {
  readonly #configured: readonly RouteConfig[];
  readonly #create: (config: RouteConfig) => Route;
  readonly #routes = new Map<string, { readonly config: RouteConfig; readonly route: Route }>();
  routeOf: (path: string) => Route = () => {
    throw new TypeError('no routes');
  };

  /** `/` must be among them. */
  constructor(configured: readonly RouteConfig[], create: (config: RouteConfig) => Route) {
    this.#configured = configured;
    this.#create = create;
    this.reset();
  }

  get snapshot(): RouteSnapshot[] {
    return [...this.#routes.values()].map(({ config: { prefix, policy, affinity } }) => ({ prefix, policy, affinity }));
  }

  /** In place of the route with the same prefix, or beside those that there are. What that one remembered is forgotten. */
  set(config: RouteConfig): void {
    this.#routes.set(config.prefix, { config, route: this.#create(config) });
    this.routeOf = createRouter([...this.#routes.values()].map(({ route }) => route));
  }

  reset(): void {
    this.#routes.clear();
    for (const config of this.#configured) this.set(config);
  }
}
