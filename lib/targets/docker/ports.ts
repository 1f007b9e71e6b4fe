import {
  connectAddress,
  isLoopback,
  type ServiceName,
  type Services,
  serviceNames,
  serviceProp,
} from "../../hermes/services";
import { type Reach, type Reaches, reachesOf } from "../../rules/subject";
import { isLoopbackHost } from "../../support/hosts";
import type { DockerTargetProps } from "./props";

/** A service's port on the host. */
export interface HostPort {
  readonly service: ServiceName;
  /** Port inside the container. */
  readonly container: number;
  readonly address: string;
  readonly port: number;
  /** The prop that decides it. */
  readonly prop: string;
}

/**
 * The ports of the services on the host. They are published on 127.0.0.1 by default. A dashboard that listens on the
 * container's loopback is published only if `publish` names it. On the host's own network every service is there, at
 * the address at which it listens.
 */
export function hostPorts(
  services: Services,
  { publish = {}, hostNetwork }: Pick<DockerTargetProps, "publish" | "hostNetwork">,
): readonly HostPort[] {
  return serviceNames(services).flatMap((service) => {
    const listens = services[service];
    if (listens === undefined) return [];
    if (hostNetwork) return [{ service, container: listens.port, ...listens, prop: serviceProp(service) }];
    const asked = publish[service];
    const keptInside = service === "dashboard" && asked === undefined && isLoopback(listens.address);
    if (asked === false || keptInside) return [];
    const { address = "127.0.0.1", port = listens.port } = asked ?? {};
    return [{ service, container: listens.port, address, port, prop: `target.publish.${service}` }];
  });
}

export function reachOf(services: Services, ports: readonly HostPort[]): Reaches {
  const reach = (service: ServiceName): Reach => {
    const found = ports.find((port) => port.service === service);
    if (found === undefined)
      return { from: "container", tls: false, login: false, prop: `target.publish.${service}` };
    const { address, port, prop } = found;
    const from = isLoopback(address) ? "loopback" : "network";
    const hosts = isLoopbackHost(address) ? ["host-gateway"] : ["host-gateway", address];
    const doors = hosts.map((host) => ({ host, port }));
    return { from, tls: false, login: false, prop, value: JSON.stringify(`${address}:${port}`), doors };
  };
  return reachesOf(services, reach);
}

/** From the engine's host. A wildcard address is reached there by the loopback's. */
export function urlsOf(ports: readonly HostPort[]): { readonly [Name in ServiceName]?: string } {
  return Object.fromEntries(
    ports.map(({ service, address, port }) => [service, `http://${connectAddress(address)}:${port}`]),
  );
}
