/** Models whose server is the agent itself: its own API server, or another profile's that asks back. */
import { profileOf, serviceKind, serviceNames } from "../hermes/services";
import { showValue } from "../support/errors";
import { isLoopbackHost } from "../support/hosts";
import { type Address, addressesOf } from "./addresses";
import type { Violation } from "./rule";
import type { AgentSubject } from "./subject";

/** Addresses by which a message comes back to the profile that it came from. What a profile does alone, its own check says. */
export function selfCalls(agent: AgentSubject): readonly Violation[] {
  const all = [
    ...callsOf(agent, agent, ITSELF, ""),
    ...agent.profiles.flatMap((profile) => callsOf(agent, profile, profile.profile, `${profile.prop}.`)),
  ];
  return all
    .filter(({ from, to }) => (from === to ? from === ITSELF : comesBack(all, to, from)))
    .map(({ from, to, prop, value }) => ({
      prop,
      value: showValue(value),
      ...(from !== to && {
        problem: `${to === ITSELF ? "the agent" : `the profile ${to}`} answers there, whose model leads back`,
      }),
      fix: "give the address of the model's own server",
    }));
}

/** The subject of the check, whose own services have plain names. */
const ITSELF = "";

interface Call {
  readonly from: string;
  /** The profile whose API server answers. */
  readonly to: string;
  readonly prop: string;
  readonly value: string;
  /** It is the server of a model for sure. */
  readonly isModel: boolean;
}

function callsOf(agent: AgentSubject, subject: AgentSubject, from: string, at: string): readonly Call[] {
  return addressesOf(subject).flatMap((address): Call[] => {
    const { prop, value, use } = address;
    const service = serviceNames(agent.services).find(
      (name) => serviceKind(name) === "apiServer" && isAnsweredBy(agent, name, address),
    );
    if (use === "other" || service === undefined) return [];
    const to = profileOf(service) ?? ITSELF;
    return [{ from, to, prop: `${at}${prop}`, value, isModel: use === "model" }];
  });
}

/** By the container's own name or loopback, by what the place gives the service, or by a name in the internet. */
function isAnsweredBy(
  { services, reach, ownNames }: AgentSubject,
  service: keyof AgentSubject["services"],
  { host, port }: Address,
): boolean {
  const { doors = [], domains = [] } = reach[service] ?? {};
  const isHere = isLoopbackHost(host) || ownNames.includes(host);
  return (
    (isHere && port === String(services[service]?.port)) ||
    doors.some((door) => door.host === host && String(door.port) === port) ||
    (domains.includes(host) && (port === "80" || port === "443"))
  );
}

function comesBack(calls: readonly Call[], from: string, to: string, seen: readonly string[] = []): boolean {
  if (from === to) return true;
  if (seen.includes(from)) return false;
  return calls.some(
    (call) => call.isModel && call.from === from && comesBack(calls, call.to, to, [...seen, from]),
  );
}
