/** Configuration texts of the proxies that are not ours: pure. */

export interface Addresses {
  /** Where clients come in, on the loopback interface. */
  readonly port: number;
  /** `host:port` of each upstream. */
  readonly upstreams: readonly string[];
}

/**
 * HAProxy at its cheapest: one thread, no logs, no checks, connections to upstreams kept and shared by all clients.
 * Timeouts are longer than any pause between two rounds.
 */
export function haproxyConfig({ port, upstreams }: Addresses): string {
  return `global
  nbthread 1
  maxconn 4096

defaults
  mode http
  timeout connect 5s
  timeout client 10m
  timeout server 10m
  http-reuse always

listen balancer
  bind 127.0.0.1:${port}
  balance roundrobin
${upstreams.map((address, index) => `  server upstream${index + 1} ${address}\n`).join('')}`;
}

/** Modules that make a folder of their own at the start, in a place that only root may write to unless told another. */
const FOLDER_MODULES = ['proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** A number of requests or connections that no round reaches: nginx closes a connection after 1000 requests otherwise. */
const UNLIMITED = 1_000_000_000;

/**
 * nginx at its cheapest, likewise. It is one process: a worker would outlive a master that is killed. Replies are held in
 * memory as a whole, so that none goes through a file.
 * @param folder for files while it runs
 * @param build what `nginx -V` says
 */
export function nginxConfig({ port, upstreams }: Addresses, folder: string, build: string): string {
  const modules = FOLDER_MODULES.filter((module) => !build.includes(`--without-http_${module}_module`));
  return `daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/client_body;
${modules.map((module) => `  ${module}_temp_path ${folder}/${module};\n`).join('')}  keepalive_timeout 600s;
  keepalive_requests ${UNLIMITED};
  upstream both {
${upstreams.map((address) => `    server ${address};\n`).join('')}    keepalive 512;
    keepalive_requests ${UNLIMITED};
    keepalive_timeout 600s;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://both;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffers 8 16k;
      proxy_max_temp_file_size 0;
    }
  }
}
`;
}
