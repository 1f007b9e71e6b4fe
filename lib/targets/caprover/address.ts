import { LISTENER_NAMES } from "../../hermes/platforms";
import { isLoopback, type ServiceName, type Services } from "../../hermes/services";
import { type Reach, type Reaches, reachesOf } from "../../rules/subject";
import type { CapRoverAddress, CapRoverTargetProps } from "./props";

/** By default the address leads to the dashboard if it can be reached, else to the API server, else to a platform. */
export function addressOf({ address }: CapRoverTargetProps, services: Services): CapRoverAddress | undefined {
  const { dashboard, apiServer } = services;
  if (address !== undefined) return address === false ? undefined : address;
  if (dashboard && !isLoopback(dashboard.address)) return { to: "dashboard" };
  if (apiServer) return { to: "apiServer" };
  const [called] = LISTENER_NAMES.filter((name) => services[name] !== undefined);
  return called && { to: called };
}

/** From where each service can be reached: by the agent's own address, by an app of its own, or not at all. */
export function reachOf(props: CapRoverTargetProps, name: string, services: Services): Reaches {
  const address = addressOf(props, services);
  const reach = (service: ServiceName): Reach => {
    const app = props.apps?.[service];
    if (address?.to === service) {
      return publicReach("target.address", {
        ...address,
        name,
        login: address.basicAuth !== undefined,
      });
    }
    if (app !== undefined) {
      const doors = [{ host: serviceOnNetwork(app.name), port: 80 }];
      return { ...publicReach(`target.apps.${service}`, app), doors };
    }
    return { from: "container", tls: false, login: false, prop: "target.address" };
  };
  return reachesOf(services, reach);
}

/** What an app is called on CapRover's network. */
export function serviceOnNetwork(app: string): string {
  return `srv-captain--${app}`;
}

interface PublicService {
  readonly name: string;
  readonly https?: boolean;
  readonly domains?: readonly string[];
  readonly login?: boolean;
}

function publicReach(prop: string, service: PublicService): Reach {
  const { name, https = true, domains = [], login = false } = service;
  return {
    from: "public",
    tls: https,
    login,
    domains,
    label: name,
    prop,
    ...(!https && { value: "https: false" }),
  };
}
