/** What the text of Redis's `INFO` says, however it was got. Pure. */

/** CPU time of the server process in µs since it started (section `cpu`, user + system). */
export function redisCpuMicros(info: string): number {
  return Math.round(1e6 * (Number(field(info, 'used_cpu_user')) + Number(field(info, 'used_cpu_sys'))));
}

/** What the server has allocated, in bytes (section `memory`). */
export function redisUsedBytes(info: string): number {
  return Number(field(info, 'used_memory'));
}

/** "Redis 7.0.15" or "Valkey 8.0.1" (section `server`). */
export function redisVersion(info: string): string {
  const valkey = field(info, 'valkey_version');
  return valkey ? `Valkey ${valkey}` : `Redis ${field(info, 'redis_version')}`;
}

/** Process id of the server (section `server`). */
export function redisPid(info: string): number {
  return Number(field(info, 'process_id'));
}

/** How many keys all its databases have (section `keyspace`). */
export function redisKeys(info: string): number {
  return [...info.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, keys]) => sum + Number(keys), 0);
}

function field(info: string, key: string): string | undefined {
  return info
    .split('\r\n')
    .find((line) => line.startsWith(`${key}:`))
    ?.slice(key.length + 1);
}
