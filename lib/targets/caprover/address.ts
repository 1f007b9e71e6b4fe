import { isLoopback, type ServiceName, type Services } from "../../hermes/services";
import { type Reach, type Reaches, reachesOf } from "../../rules/subject";
import type { CapRoverAddress, CapRoverTargetProps } from "./props";

/** By default the address leads to the dashboard if it can be reached, else to the API server. */
export function addressOf(
  { address }: CapRoverTargetProps,
  { dashboard, apiServer }: Services,
): CapRoverAddress | undefined {
  if (address !== undefined) return address === false ? undefined : address;
  if (dashboard && !isLoopback(dashboard.address)) return { to: "dashboard" };
  return apiServer && { to: "apiServer" };
}

/** From where each service can be reached: by the agent's own address, by an app of its own, or not at all. */
export function reachOf(props: CapRoverTargetProps, services: Services): Reaches {
  const address = addressOf(props, services);
  const reach = (service: ServiceName): Reach => {
    const app = props.apps?.[service];
    if (address?.to === service) {
      const { https = true, basicAuth } = address;
      return publicReach("target.address", { https, login: basicAuth !== undefined });
    }
    if (app !== undefined) return publicReach(`target.apps.${service}`, { https: app.https ?? true });
    return { from: "container", tls: false, login: false, prop: "target.address" };
  };
  return reachesOf(services, reach);
}

function publicReach(prop: string, { https, login = false }: { https: boolean; login?: boolean }): Reach {
  return { from: "public", tls: https, login, prop, ...(!https && { value: "https: false" }) };
}
