/** Compose files that are right, with everything that mono changes or reads; hardly any of their services starts. */
import type { Files } from "./input.ts";
import type { Tree } from "./mutations.ts";

/** An image that is nowhere: `up` fails before anything runs. Nothing answers on that port, should it be asked for. */
const nothing = { image: "127.0.0.1:1/none:none", pull_policy: "never" } as const;

export const models: readonly Tree[] = [
  {
    services: {
      web: {
        ...nothing,
        ports: [
          "8080:80",
          "127.0.0.1:8443:443/tcp",
          "53:53/udp",
          "7000-7002:7000-7002",
          "90",
          { target: 91, published: "9100-9103", protocol: "tcp", mode: "host", host_ip: "127.0.0.1" },
        ],
        deploy: { replicas: 2, resources: { limits: { cpus: "0.5", memory: "64M" } } },
        expose: ["3000", 3001],
        labels: { "traefik.http.routers.web.rule": "Host(`web`)" },
      },
      "web-1": { ...nothing, scale: 3, ports: ["9000"], extra_hosts: ["a:127.0.0.1"] },
    },
  },
  {
    name: "shop",
    services: {
      db: {
        ...nothing,
        container_name: "shop-db",
        networks: { back: { aliases: ["database"], ipv4_address: "10.231.0.5" }, front: null },
        volumes: [
          "data:/var/lib/db",
          "./conf:/conf:ro",
          { type: "tmpfs", target: "/t", tmpfs: { size: 100 } },
        ],
        healthcheck: { test: ["CMD", "true"], interval: "1s", retries: 3, start_period: "2s" },
        dns: ["10.231.0.5", "9.9.9.9"],
        memswap_limit: -1,
      },
      app: {
        ...nothing,
        network_mode: "service:db",
        depends_on: { db: { condition: "service_healthy", restart: true } },
        volumes_from: ["container:shop-db:ro", "db"],
        external_links: ["shop-db:d"],
        pid: "container:shop-db",
        ulimits: { nofile: { soft: 10, hard: 20 } },
      },
    },
    networks: {
      back: {
        name: "shop-back",
        driver_opts: { "com.docker.network.bridge.name": "shop0" },
        ipam: { config: [{ subnet: "10.231.0.0/24", gateway: "10.231.0.1" }] },
      },
      front: { enable_ipv6: true, internal: true, labels: ["a=b"] },
    },
    volumes: { data: { name: "shop-data", driver: "local", labels: { a: "b" } }, cache: null },
  },
  {
    "x-base": { restart: "no", logging: { driver: "json-file", options: { "max-size": "1m" } } },
    services: {
      built: {
        build: { context: "app", args: { A: "1" }, tags: ["shop:1"] },
        image: "shop",
        ports: ["80"],
      },
      user: { ...nothing, image: "shop:latest", depends_on: ["built"], links: ["built:b"] },
      child: { extends: { file: "base.yml", service: "base" }, ports: ["81:81"], profiles: ["debug"] },
      sibling: { extends: "child", environment: { A: null, B: "1", C: "${HOME}" }, env_file: ["more.env"] },
    },
  },
  {
    include: ["base.yml", { path: ["sub/part.yml"], project_directory: ".", env_file: "more.env" }],
    services: {
      web: {
        ...nothing,
        configs: ["plain", { source: "inline", target: "/c", mode: 0o440 }],
        secrets: ["token", { source: "key", target: "k", uid: "1" }],
        env_file: [{ path: "nowhere.env", required: false }],
        develop: { watch: [{ path: "app", action: "rebuild" }] },
        command: ["sh", "-c", "echo $$HOME"],
        stop_grace_period: "0s",
        tmpfs: "/t",
        sysctls: { "net.core.somaxconn": 10 },
      },
    },
    configs: { plain: { file: "more.env" }, inline: { content: "a: ${A:-b}", name: "shared-config" } },
    secrets: { token: { environment: "HOME" }, key: { file: "more.env", name: "shared-key" } },
  },
];

/** What the models name. */
export const companions: Files = {
  "base.yml": `services: ${JSON.stringify({ base: { ...nothing, ports: ["80:80"] } })}\n`,
  "sub/part.yml": `services: ${JSON.stringify({ part: nothing })}\n`,
  "more.env": "A=1\nB='two'\n",
  "app/Dockerfile": "FROM scratch\nCOPY Dockerfile /\n",
};

/** A project whose service starts, in the smallest of images. */
export const runningModel: Tree = {
  services: {
    web: {
      image: "${BASE_IMAGE}",
      command: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 60 & wait; done"],
      ports: ["8080:80"],
      container_name: "web",
    },
  },
};
